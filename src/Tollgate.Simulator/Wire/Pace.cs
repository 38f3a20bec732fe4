namespace Tollgate.Simulator.Wire;

/// <summary>Counts the tokens of one answer: waits between them, and lets faults happen at their place.</summary>
internal sealed class Pace(Call call)
{
    private readonly double _tokensPerSecond = call.Faults.TokensPerSecond ?? call.Simulator.Options.TokensPerSecond;
    private readonly long _start = call.Simulator.Time.GetTimestamp();
    private int _tokens;
    private bool _garbled;

    /// <summary>To be called before each token is written.</summary>
    public async ValueTask TokenAsync()
    {
        var faults = call.Faults;
        if (_tokens == 0 && faults.Late is { } late) await call.DelayAsync(late);
        if (faults.NeedsTokens > 0) await HappenAsync(_tokens);
        if (_tokensPerSecond > 0 && _tokens > 0)
        {
            await call.DelayAsync(TimeSpan.FromSeconds(_tokens / _tokensPerSecond) - call.Simulator.Time.GetElapsedTime(_start));
        }

        _tokens++;
    }

    /// <summary>True once, when the event that cannot be read is due.</summary>
    public bool GarbleNow()
    {
        if (_garbled || call.Faults.GarbleAfter is not { } after || _tokens < after) return false;
        return _garbled = true;
    }

    /// <summary>To be called before the ending is written: a fault that found too few tokens happens now.</summary>
    public ValueTask EndAsync() => call.Faults.NeedsTokens > 0 ? HappenAsync(int.MaxValue) : ValueTask.CompletedTask;

    /// <summary>For an answer in one piece: all of its tokens take their time.</summary>
    public async ValueTask AllAsync(int tokens)
    {
        if (_tokensPerSecond > 0 && tokens > 1) await call.DelayAsync(TimeSpan.FromSeconds((tokens - 1) / _tokensPerSecond));
    }

    private async ValueTask HappenAsync(int reached)
    {
        if (call.Faults.CutAfter <= reached) throw new ConnectionCut();
        if (call.Faults.EndAfter <= reached) throw new AnswerEnded();
        if (call.Faults.StallAfter <= reached) await call.DelayAsync(Timeout.InfiniteTimeSpan);
        if (call.Faults.ErrorAfter <= reached) throw new Refusal(call.Errors == ErrorShape.Anthropic ? 529 : 503, "The simulator was asked to fail in mid-answer.");
    }
}
