using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Lazuli.Kernel.Errors;
using Lazuli.Providers.Resources.Deployments.Language.Values;

namespace Lazuli.Providers.Resources.Deployments.Language;

/// <summary>
/// What is wrong with a template or an expression. It unwinds evaluation (hundreds of small functions that would otherwise carry a result each) and never leaves the
/// language: the entry points of <see cref="Templates.TemplateCompiler"/> answer with an <see cref="ArmError"/>.
/// </summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "Always made with a message.")]
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "A fault of the template, not an exceptional state of the program.")]
public sealed class TemplateFault(string message) : Exception(message)
{
    public const string Code = "InvalidTemplate";
    private const string Help = " for usage details";

    public int Line { get; init; }

    public int Column { get; init; }

    /// <summary>The JSON path in the template: <c>properties.template.resources[0].name</c>.</summary>
    public string? Path { get; init; }

    /// <summary>True for text that is no expression: Azure tells that by another beginning.</summary>
    public bool InExpression { get; init; }

    public static TemplateFault At(string message, Position position, string? path = null)
        => new(message) { Line = position.Line, Column = position.Column, Path = path };

    /// <summary>The same fault, placed, unless it already has a place.</summary>
    public TemplateFault Within(Position position, string path)
        => new(Message) { Line = Line > 0 ? Line : position.Line, Column = Line > 0 ? Column : position.Column, Path = string.IsNullOrEmpty(Path) ? path : Path, InExpression = InExpression };

    /// <summary>
    /// The same fault, told as one of a part of the template (<c>resource 'x' at line '{line}' and column '{column}'</c>, <c>variable 'v'</c>), unless some part already stands for it.
    /// </summary>
    public TemplateFault Of(string part, Position position, string path)
        => !string.IsNullOrEmpty(Path) || InExpression
            ? Within(position, path)
            : new TemplateFault($"The template {part} is not valid: {Message.TrimEnd('.')}{(Message.EndsWith(Help, StringComparison.Ordinal) ? "" : $". Please see https://aka.ms/arm-functions{Help}")}")
            {
                Line = Line > 0 ? Line : position.Line,
                Column = Line > 0 ? Column : position.Column,
                Path = path,
            };

    /// <summary>
    /// Azure's shape: <c>InvalidTemplate</c> with one <c>TemplateViolation</c>. Lines and columns count from the template's own beginning (<paramref name="origin"/>);
    /// <c>{line}</c> and <c>{column}</c> in the message stand for them.
    /// </summary>
    public ArmError ToArmError(Position origin = default)
    {
        var line = Line > 0 && origin.Line > 0 ? Line - origin.Line + 1 : Line;
        var column = Line > 0 && Line == origin.Line ? Column - origin.Column + 1 : Column;
        var message = Message
            .Replace("{line}", line.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{column}", column.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .TrimEnd('.');
        return new()
        {
            Code = Code,
            Message = InExpression
                ? $"Deployment template language expression evaluation failed: '{message}.'. Please see https://aka.ms/arm-template-expressions for usage details."
                : $"Deployment template validation failed: '{message}.'.",
            AdditionalInfo =
            [
                new("TemplateViolation", new JsonObject { ["lineNumber"] = line, ["linePosition"] = column, ["path"] = Path ?? "" }),
            ],
        };
    }
}
