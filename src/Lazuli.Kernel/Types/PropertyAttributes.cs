namespace Lazuli.Kernel.Types;

// Beside these, System.ComponentModel.DataAnnotations' [Required], [AllowedValues], [Range], [StringLength], [MinLength], [MaxLength]
// and [RegularExpression] are honoured: all faults of a request are collected, and an allowed value gets Azure's own casing.

/// <summary>Azure's readOnly: shown, and ignored when a client sends it back.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ComputedAttribute : Attribute;

/// <summary>Accepted and stored, never shown.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WriteOnlyAttribute : Attribute;

/// <summary>A string that is accepted, encrypted at rest, and never shown.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute;

/// <summary>Lazuli's own state beside the resource: stored, never on the wire in either direction.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PrivateAttribute : Attribute;

/// <summary>May be given at creation, and not changed afterwards.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ImmutableAttribute : Attribute;
