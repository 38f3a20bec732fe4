using System.Text.Json;

namespace Tollgate.Bench.Rig;

/// <summary>What one round of a cell gave for one subject. Times in microseconds.</summary>
internal sealed record Sample(
    string Shape, int Concurrency, string Subject, double Rps, double CpuPer10k, double P50, double P99, double First50, double? Allocated)
{
    internal void Write(Stream output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("shape"u8, Shape);
            json.WriteNumber("concurrency"u8, Concurrency);
            json.WriteString("subject"u8, Subject);
            json.WriteNumber("rps"u8, Rps);
            json.WriteNumber("cpu_per_10k"u8, CpuPer10k);
            json.WriteNumber("p50_us"u8, P50);
            json.WriteNumber("p99_us"u8, P99);
            json.WriteNumber("first_p50_us"u8, First50);
            if (Allocated is { } bytes) json.WriteNumber("allocated"u8, bytes);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    internal static Sample Read(string line)
    {
        using var document = JsonDocument.Parse(line);
        var json = document.RootElement;
        return new Sample(
            json.GetProperty("shape").GetString()!,
            json.GetProperty("concurrency").GetInt32(),
            json.GetProperty("subject").GetString()!,
            json.GetProperty("rps").GetDouble(),
            json.GetProperty("cpu_per_10k").GetDouble(),
            json.GetProperty("p50_us").GetDouble(),
            json.GetProperty("p99_us").GetDouble(),
            json.GetProperty("first_p50_us").GetDouble(),
            json.TryGetProperty("allocated", out var allocated) ? allocated.GetDouble() : null);
    }
}
