namespace Lazuli.Kernel.Store.Sqlite;

/// <summary>
/// The journal in one SQLite file: WAL, <c>synchronous=FULL</c>, one transaction per batch. Schema changes are numbered
/// (<c>PRAGMA user_version</c>); a file newer than this program is refused.
/// </summary>
public sealed class SqliteJournal : IJournal
{
    // Each entry brings a file from version i to i + 1. Never edited, only added to.
    private static readonly string[][] Migrations =
    [
        [
            "CREATE TABLE records (key TEXT PRIMARY KEY, type TEXT NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL, refs TEXT NOT NULL)",
            "CREATE TABLE events (id INTEGER PRIMARY KEY, subscription TEXT NOT NULL, time INTEGER NOT NULL, body BLOB NOT NULL)",
            "CREATE INDEX events_by_time ON events (subscription, time)",
            "CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
        ],
    ];

    private readonly Connection _writer;
    private readonly Connection _reader;
    private readonly Lock _readLock = new();
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly Statement _upsert;
    private readonly Statement _delete;
    private readonly Statement _event;
    private readonly Statement _mark;
    private readonly Statement _prune;

    /// <exception cref="InvalidDataException">The file was written by a newer Lazuli.</exception>
    /// <exception cref="IOException">The file can't be opened or is damaged.</exception>
    public SqliteJournal(string path)
    {
        _writer = new Connection(path);
        _writer.Execute("PRAGMA journal_mode = WAL");
        _writer.Execute("PRAGMA synchronous = FULL");
        _writer.Execute("PRAGMA wal_autocheckpoint = 4000");
        Migrate(path);
        _reader = new Connection(path);
        _begin = _writer.Prepare("BEGIN IMMEDIATE");
        _commit = _writer.Prepare("COMMIT");
        _rollback = _writer.Prepare("ROLLBACK");
        _upsert = _writer.Prepare("INSERT INTO records (key, type, version, body, refs) VALUES (?1, ?2, ?3, ?4, ?5) "
            + "ON CONFLICT (key) DO UPDATE SET type = ?2, version = ?3, body = ?4, refs = ?5");
        _delete = _writer.Prepare("DELETE FROM records WHERE key = ?1");
        _event = _writer.Prepare("INSERT INTO events (subscription, time, body) VALUES (?1, ?2, ?3)");
        _mark = _writer.Prepare("INSERT INTO meta (name, value) VALUES ('sequence', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1");
        _prune = _writer.Prepare("DELETE FROM events WHERE id IN (SELECT id FROM events WHERE subscription = ?1 AND time < ?2 ORDER BY time LIMIT ?3)");
    }

    public (IReadOnlyList<StoreRecord> Records, long Sequence) Load()
    {
        var records = new List<StoreRecord>();
        using var all = _writer.Prepare("SELECT key, type, version, body, refs FROM records");
        while (all.Step())
        {
            records.Add(new StoreRecord
            {
                Key = all.Text(0),
                Type = all.Text(1),
                Version = all.Int64(2),
                Body = all.Blob(3),
                References = all.Text(4).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            });
        }

        return (records, _writer.Scalar("SELECT value FROM meta WHERE name = 'sequence'"));
    }

    public void Append(IReadOnlyList<StoreWrite> writes, IReadOnlyList<StoreEvent> events, long sequence)
    {
        _begin.Run();
        try
        {
            foreach (var write in writes)
            {
                if (write.Record is { } record)
                {
                    _upsert.Bind(1, record.Key).Bind(2, record.Type).Bind(3, record.Version).Bind(4, record.Body.Span).Bind(5, string.Join('\n', record.References)).Run();
                }
                else
                {
                    _delete.Bind(1, write.Key).Run();
                }
            }

            foreach (var entry in events)
            {
                _event.Bind(1, entry.Subscription).Bind(2, entry.Time.UtcTicks).Bind(3, entry.Body.Span).Run();
            }

            _mark.Bind(1, sequence).Run();
            _commit.Run();
        }
        catch
        {
            _rollback.Run();
            throw;
        }
    }

    public IReadOnlyList<StoreEvent> Events(string subscription, DateTimeOffset from, DateTimeOffset to)
    {
        lock (_readLock)
        {
            using var query = _reader.Prepare("SELECT time, body FROM events WHERE subscription = ?1 AND time BETWEEN ?2 AND ?3 ORDER BY time DESC, id DESC");
            query.Bind(1, subscription).Bind(2, from.UtcTicks).Bind(3, to.UtcTicks);
            var events = new List<StoreEvent>();
            while (query.Step())
            {
                events.Add(new StoreEvent { Subscription = subscription, Time = new DateTimeOffset(query.Int64(0), TimeSpan.Zero), Body = query.Blob(1) });
            }

            return events;
        }
    }

    // One statement, one transaction: after a crash it has happened or not.
    public int Prune(string subscription, DateTimeOffset before, int most)
    {
        _prune.Bind(1, subscription).Bind(2, before.UtcTicks).Bind(3, most).Run();
        return (int)_writer.Scalar("SELECT changes()");
    }

    public void Dispose()
    {
        foreach (var statement in new[] { _begin, _commit, _rollback, _upsert, _delete, _event, _mark, _prune })
        {
            statement.Dispose();
        }

        _reader.Dispose();
        _writer.Dispose();
    }

    private void Migrate(string path)
    {
        var version = _writer.Scalar("PRAGMA user_version");
        if (version > Migrations.Length)
        {
            throw new InvalidDataException($"'{path}' was written by a newer Lazuli (schema {version}, this program knows {Migrations.Length}). Use that one, or another --state directory.");
        }

        for (var i = version; i < Migrations.Length; i++)
        {
            _writer.Execute("BEGIN IMMEDIATE");
            foreach (var sql in Migrations[i])
            {
                _writer.Execute(sql);
            }

            _writer.Execute(FormattableString.Invariant($"PRAGMA user_version = {i + 1}"));
            _writer.Execute("COMMIT");
        }
    }
}
