using System.Buffers;
using Microsoft.AspNetCore.Http;
using Tollgate.Configuration;

namespace Tollgate.Endpoints;

/// <summary>Ids of requests: callers' own, or made here, unique across gateways by a random start, short, and cheap.</summary>
internal sealed class RequestIds(Func<double> random)
{
    private const int MaxLength = 128;

    private static readonly SearchValues<char> IdChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.:_-");

    private const string Digits = "0123456789abcdefghijklmnopqrstuv";

    private readonly ulong _start = (ulong)(random() * uint.MaxValue) << 32 | (uint)(random() * uint.MaxValue);
    private long _count;

    /// <summary>The caller's, if it sent one and that is allowed, so that one id leads through everything on the way; else a new one.</summary>
    internal string For(IHeaderDictionary headers, RequestIdConfig config) =>
        config.Accept && headers[config.Header] is [{ } sent] && IsId(sent) ? sent : Next();

    // It is copied into logs, headers and errors: nothing in it may mean anything there.
    private static bool IsId(string text) => text.Length is > 0 and <= MaxLength && !text.AsSpan().ContainsAnyExcept(IdChars);

    private string Next()
    {
        // An odd multiplier walks through all 64-bit numbers without repeating one.
        var number = _start + ((ulong)Interlocked.Increment(ref _count) * 0x9E3779B97F4A7C15);
        return string.Create(17, number, static (span, value) =>
        {
            "req_".CopyTo(span);
            for (var i = span.Length - 1; i >= 4; i--)
            {
                span[i] = Digits[(int)(value & 31)];
                value >>= 5;
            }
        });
    }
}
