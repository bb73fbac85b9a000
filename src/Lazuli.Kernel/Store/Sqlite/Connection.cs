using System.Runtime.InteropServices;

namespace Lazuli.Kernel.Store.Sqlite;

/// <summary>One connection. Not for use by two threads at once.</summary>
internal sealed class Connection : IDisposable
{
    private nint _db;

    public Connection(string path)
    {
        var code = Native.Open(path, out _db, Native.OpenReadWrite | Native.OpenCreate | Native.OpenFullMutex, 0);
        if (code != Native.Ok)
        {
            throw Failure(code, "open");
        }

        _ = Native.BusyTimeout(_db, 5000);
    }

    public Statement Prepare(string sql)
    {
        Check(Native.Prepare(_db, sql, -1, out var statement, 0), sql);
        return new Statement(this, statement);
    }

    public void Execute(string sql)
    {
        using var statement = Prepare(sql);
        while (statement.Step())
        {
        }
    }

    public long Scalar(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Int64(0) : 0;
    }

    public void Check(int code, string what)
    {
        if (code is not (Native.Ok or Native.Row or Native.Done))
        {
            throw Failure(code, what);
        }
    }

    public void Dispose()
    {
        if (_db != 0)
        {
            _ = Native.Close(_db);
            _db = 0;
        }
    }

    private IOException Failure(int code, string what) => new($"SQLite answered {code} to '{what}': {Marshal.PtrToStringUTF8(Native.ErrorMessage(_db))}");
}

/// <summary>A prepared statement: bind from 1, step, read columns from 0, reset.</summary>
internal sealed class Statement(Connection connection, nint handle) : IDisposable
{
    public Statement Bind(int index, string value)
    {
        connection.Check(Native.BindText(handle, index, value, -1, Native.Transient), "bind");
        return this;
    }

    public Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        connection.Check(Native.BindBlob(handle, index, value, value.Length, Native.Transient), "bind");
        return this;
    }

    public Statement Bind(int index, long value)
    {
        connection.Check(Native.BindInt64(handle, index, value), "bind");
        return this;
    }

    /// <summary>True when there is a row to read.</summary>
    public bool Step()
    {
        var code = Native.Step(handle);
        connection.Check(code, "step");
        return code == Native.Row;
    }

    /// <summary>Runs a statement that gives no rows, and makes it ready for the next one.</summary>
    public void Run()
    {
        try
        {
            Step();
        }
        finally
        {
            // Its own code only repeats that of the failed step.
            _ = Native.Reset(handle);
        }
    }

    public long Int64(int column) => Native.ColumnInt64(handle, column);

    public string Text(int column) => Marshal.PtrToStringUTF8(Native.ColumnText(handle, column)) ?? "";

    public byte[] Blob(int column)
    {
        var bytes = new byte[Native.ColumnBytes(handle, column)];
        if (bytes.Length > 0)
        {
            Marshal.Copy(Native.ColumnBlob(handle, column), bytes, 0, bytes.Length);
        }

        return bytes;
    }

    public void Dispose() => _ = Native.Finalize(handle);
}
