using System.Text.Json.Serialization;

namespace Tollgate.Simulator.Drill;

/// <summary>Strings as JSON, without reflection.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class DrillJson : JsonSerializerContext;
