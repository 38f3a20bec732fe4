using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.GeminiGenerate;
using Tollgate.Protocols.Tests.Json;
using static Tollgate.Protocols.Tests.Dialects.GeminiGenerate.Asking;

namespace Tollgate.Protocols.Tests.Dialects.GeminiGenerate;

public sealed class PropertyTests
{
    private static readonly string[] Models = [Modern, Old, Three, "gemini-2.5-pro", "gemini-3-flash"];

    private static readonly string[] Frames =
    [
        """{"candidates":[{"content":{"role":"model","parts":[{"text":"Hm","thought":true,"thoughtSignature":"c2ln"},{"text":"Größe 🙂"}]}}],"usageMetadata":{"promptTokenCount":7},"responseId":"r"}""",
        """{"candidates":[{"index":1,"content":{"parts":[{"functionCall":{"name":"f","args":{"a":[1,{"b":null}]}}}]},"finishReason":"STOP","logprobsResult":{"chosenCandidates":[{"token":"a","logProbability":-1}]}}]}""",
        """{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"aGk="}}]},"finishReason":"STOP","groundingMetadata":{"groundingChunks":[{"web":{"uri":"u"}}],"groundingSupports":[{"segment":{"endIndex":3},"groundingChunkIndices":[0]}]}}]}""",
        """{"promptFeedback":{"blockReason":"SAFETY"}}""",
    ];

    [Fact]
    public void Whatever_is_asked_is_written_as_json() => Check(seed =>
    {
        var random = new RandomJson(seed);
        var request = Random(random);
        try
        {
            var (json, _) = Write(request, Models[random.Next(Models.Length)]);
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 256 });
            document.RootElement.GetProperty("contents").ValueKind.ShouldBe(JsonValueKind.Array);
        }
        catch (ChatFormatException)
        {
            // Names that are no text are the client's fault, and said to be.
        }
    });

    [Fact]
    public void Broken_frames_never_throw_and_blocks_stay_in_order() => Check(seed =>
    {
        var random = new Random(seed);
        var frames = Enumerable.Range(0, 6).Select(_ => Broken(random, Frames[random.Next(Frames.Length)])).ToArray();
        var events = Answers.Stream(frames);
        if (events.Exists(e => e.Kind == ChatEventKind.End)) events.ShouldBeInOrder(); // The last block of a cut stream may be open.
    });

    [Fact]
    public void However_an_answer_is_cut_into_chunks_it_is_the_same() => Check(seed =>
    {
        var random = new Random(seed);
        var parts = Enumerable.Range(0, random.Next(8)).Select(_ => Said(random)).ToArray();
        var whole = Chunk(string.Join(',', parts.Select(p => p.Whole)), isLast: true);
        var chunks = parts.SelectMany(p => p.Pieces).Select(p => Chunk(p, isLast: false)).Append(Chunk("", isLast: true)).ToArray();

        var streamed = Answers.Stream(chunks);
        streamed.ShouldBeInOrder();
        Answers.Fold(streamed).Told().ShouldBe(Answers.Fold(Answers.Unary(whole)).Told());
    });

    [Fact]
    public void A_broken_answer_throws_nothing_but_a_format_exception() => Check(seed =>
    {
        var random = new Random(seed);
        try
        {
            Answers.Unary(Broken(random, Frames[random.Next(Frames.Length)])).ShouldNotBeEmpty();
        }
        catch (FormatException)
        {
            // What the contract says.
        }
    });

    private static string Chunk(string parts, bool isLast) =>
        "{\"candidates\":[{\"content\":{\"parts\":[" + parts + "]}" + (isLast ? ",\"finishReason\":\"STOP\"" : "")
        + "}],\"responseId\":\"r\",\"usageMetadata\":{\"promptTokenCount\":7,\"candidatesTokenCount\":" + (isLast ? "5" : "1") + "}}";

    /// <summary>A part, whole and as a stream may bring it: text in pieces, its signature with the last or behind it.</summary>
    private static (string Whole, string[] Pieces) Said(Random random)
    {
        var signature = random.Next(3) == 0 ? ",\"thoughtSignature\":\"c2ln\"" : "";
        var isThought = random.Next(3) == 0 ? ",\"thought\":true" : "";
        string[] others = ["{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\": 1}}" + signature + "}", "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"aGk=\"}}"];
        if (random.Next(3) == 0 && others[random.Next(2)] is { } other) return (other, [other]);
        return ("{\"text\":\"Größe 🙂 2\"" + isThought + signature + "}", random.Next(2) == 0
            ? ["{\"text\":\"Grö\"" + isThought + "}", "{\"text\":\"ße 🙂 2\"" + isThought + signature + "}"]
            : ["{\"text\":\"Größe 🙂 2\"" + isThought + "}", "{\"text\":\"\"" + isThought + signature + "}"]);
    }

    /// <summary>Puts a random piece over a random place, so that types are wrong, names missing and ends cut.</summary>
    private static string Broken(Random random, string frame)
    {
        if (random.Next(2) == 0) return frame;
        string[] pieces = ["", "1", "null", "{}", "[]", "\"", "\\ud800", "\"text\"", "}", "-1", "[{}]"];
        var at = random.Next(frame.Length);
        var rest = Math.Min(frame.Length, at + random.Next(12));
        return frame[..at] + pieces[random.Next(pieces.Length)] + frame[rest..];
    }

    private static ChatRequest Random(RandomJson random)
    {
        var turns = Enumerable.Range(0, random.Next(6)).Select(_ => new Turn((Role)random.Next(2), [.. Enumerable.Range(0, random.Next(4)).Select(_ => Part(random))]));
        return Request([.. turns]) with
        {
            System = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new TextPart(Text(random)))],
            Tools = [.. Enumerable.Range(0, random.Next(3)).Select(_ => new Tool(Text(random), null, RawJson.From(Schema(random, 0))))],
            Output = random.Chance(50) ? new OutputFormat(RawJson.From(Schema(random, 0))) : null,
            Reasoning = random.Chance(50) ? new Reasoning { Effort = Text(random), Enabled = random.Chance(50) } : null,
            Extras = [Extra("generationConfig", random.Value()), Extra("modalities", random.Value()), Extra("guided_" + random.Next(3), random.Value())],
            Stop = [Text(random)],
        };
    }

    private static Part Part(RandomJson random) => random.Next(7) switch
    {
        0 => new ToolCallPart(Text(random), Text(random), random.Value()) { Token = random.Chance(50) ? Signed("c2ln") : null },
        1 => new ToolResultPart(Text(random), [new TextPart(Text(random)), new MediaPart(MediaKind.Image, new UrlSource(Text(random), null))], random.Chance(50)) { Name = "f" },
        2 => new ReasoningPart(random.Chance(50) ? Text(random) : null, random.Chance(50) ? Signed("c2ln") : null),
        3 => new DocumentPart(new TextSource(Text(random)), null),
        4 => new RefusalPart(Text(random)),
        _ => new TextPart(Text(random)),
    };

    private static string Schema(RandomJson random, int depth)
    {
        string[] keywords = ["type", "properties", "items", "anyOf", "oneOf", "allOf", "enum", "const", "$ref", "required", "minLength", "format", "additionalProperties"];
        var members = Enumerable.Range(0, random.Next(4)).Select(_ => keywords[random.Next(keywords.Length)]).Distinct(StringComparer.Ordinal)
            .Select(k => $"\"{k}\":{(random.Chance(30) || depth > 3 ? random.Value(3) : Fitting(random, k, depth + 1))}");
        return "{" + string.Join(',', members) + "}";
    }

    private static string Fitting(RandomJson random, string keyword, int depth) => keyword switch
    {
        "type" => random.Chance(50) ? "\"object\"" : """["array","null"]""",
        "properties" => $"{{\"a\":{Schema(random, depth)},\"b\":{Schema(random, depth)}}}",
        "anyOf" or "oneOf" or "allOf" => $"[{Schema(random, depth)},{Schema(random, depth)}]",
        "$ref" => random.Chance(50) ? "\"#\"" : "\"#/properties/a\"",
        "required" => """["a"]""",
        _ => Schema(random, depth),
    };

    private static string Text(RandomJson random)
    {
        string[] texts = ["", "a", "get weather", "Größe 🙂", "\ud83d", "<&'\"\\\n\u0001", "high", "https://a.example/x.png"];
        return texts[random.Next(texts.Length)];
    }

    private static void Check(Action<int> property) =>
        FsCheck.Fluent.Prop.ForAll(ArbMap.Default.ArbFor<int>(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(1500).WithEndSize(1_000_000));
}
