using System.Text;
using Tollgate.Protocols.Framing;
using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Tests.Usage;

/// <summary>Feeds taps with frames and bodies written as text.</summary>
internal static class Taps
{
    public static FrameKind Frame(this UsageTap tap, string frame) => tap.OnFrame(SseFrame.Parse(Encoding.UTF8.GetBytes(frame)));

    public static FrameKind Data(this UsageTap tap, string data) => tap.Frame($"data: {data}\n\n");

    /// <summary>A frame with an event line, named after its type.</summary>
    public static FrameKind Named(this UsageTap tap, string name, string data) => tap.Frame($"event: {name}\ndata: {data}\n\n");

    public static UsageTap AfterBody(Operation operation, string body, int piece = int.MaxValue)
    {
        var tap = UsageTap.Create(operation);
        tap.Body(body, piece);
        return tap;
    }

    public static void Body(this UsageTap tap, string body, int piece = int.MaxValue)
    {
        using var window = new UnaryWindow();
        var bytes = Encoding.UTF8.GetBytes(body).AsSpan();
        while (bytes.Length > 0)
        {
            var length = Math.Min(piece, bytes.Length);
            window.Append(bytes[..length]);
            bytes = bytes[length..];
        }

        tap.OnBody(window);
    }
}
