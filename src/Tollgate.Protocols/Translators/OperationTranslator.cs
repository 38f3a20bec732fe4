using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Translators;

/// <summary>
/// One operation of clients, other than chat, in the words of a provider that does not speak it: reads the client's request once, writes
/// one or several requests to the provider, and folds their answers into one. No I/O: whoever makes the calls is elsewhere.
/// </summary>
public abstract class OperationTranslator
{
    private protected OperationTranslator()
    {
    }

    /// <summary>What the provider is asked for, such as <c>Vertex AI predict</c>; for people.</summary>
    public abstract string Name { get; }

    /// <summary>What it cannot say.</summary>
    public abstract IReadOnlyList<FidelityRule> Rules { get; }

    /// <summary>Those of <see cref="Rules"/> that are not a dialect's.</summary>
    public virtual IReadOnlyList<FidelityRule> OwnRules => Rules;

    /// <summary>The dialect of chat whose table is part of <see cref="Rules"/>; null when there is none.</summary>
    public virtual string? RulesOf => null;

    /// <summary>True: the answer is worked out here, and no provider is asked.</summary>
    public virtual bool IsEstimate => false;

    /// <summary>Reads a request body, which is known to be a JSON object. All translators of one operation read the same.</summary>
    /// <exception cref="ChatFormatException">It breaks the rules of the client's API; the message names the member.</exception>
    public abstract object Read(ReadOnlyMemory<byte> body);

    /// <summary>Works out the calls.</summary>
    /// <param name="asked">What <see cref="Read"/> gave, of this translator or of another of the same operation.</param>
    /// <param name="model">Model as the provider knows it.</param>
    /// <param name="log">Receives what cannot be said, with rules of <see cref="Rules"/>.</param>
    /// <returns>Null when the log holds a refusal.</returns>
    public abstract Exchange? Prepare(object asked, string model, FidelityLog log);
}

/// <summary>The same, typed by what the client's request is read into.</summary>
/// <typeparam name="TAsked">Immutable: it is kept for later attempts at other providers.</typeparam>
public abstract class OperationTranslator<TAsked> : OperationTranslator
    where TAsked : class
{
    private protected OperationTranslator()
    {
    }

    /// <inheritdoc/>
    public sealed override object Read(ReadOnlyMemory<byte> body) => ReadRequest(body);

    /// <inheritdoc/>
    public sealed override Exchange? Prepare(object asked, string model, FidelityLog log) => Prepare((TAsked)asked, model, log);

    private protected abstract TAsked ReadRequest(ReadOnlyMemory<byte> body);

    private protected abstract Exchange? Prepare(TAsked asked, string model, FidelityLog log);
}
