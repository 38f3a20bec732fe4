using Tollgate.Configuration;

namespace Tollgate.Model;

/// <summary>How a model deals with failures, worked out when the configuration is compiled.</summary>
/// <param name="Retry">Attempts and waiting: the top level's, with what the model changes of it.</param>
/// <param name="Resumes">True: a stream that breaks after text was sent is gone on with elsewhere.</param>
internal sealed record ModelPolicy(RetryConfig Retry, bool Resumes)
{
    /// <summary>What clients of streams are told while a provider thinks.</summary>
    internal KeepAliveConfig KeepAlive { get; init; } = new();

    /// <summary>After what time without content another backend is asked beside the first; null: none is.</summary>
    internal TimeSpan? Hedge { get; init; }

    /// <summary>Of a model that says nothing about it, in a file that says nothing about it.</summary>
    internal static ModelPolicy Default { get; } = new(new RetryConfig(), Resumes: false);
}
