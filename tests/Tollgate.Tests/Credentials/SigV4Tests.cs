using Tollgate.Credentials.Aws;

namespace Tollgate.Tests.Credentials;

/// <summary>The expected signatures come from AWS' own JavaScript signer, for the same requests.</summary>
public sealed class SigV4Tests
{
    private const string Host = "bedrock-runtime.us-east-1.amazonaws.com";
    private const string EncodedPath = "/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/converse";
    private const string RawPath = "/model/anthropic.claude-3-5-sonnet-20241022-v2:0/converse";

    private const string ArnPath =
        "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A111122223333%3Ainference-profile%2Fus.anthropic.claude-sonnet-4-20250514-v1%3A0/converse-stream";

    private static readonly AwsKeys Keys = new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", SessionToken: null);
    private static readonly DateTimeOffset Noon = new(2025, 1, 15, 12, 0, 0, TimeSpan.Zero);

    private static SigV4Headers Sign(
        AwsKeys? keys = null, string path = EncodedPath, string query = "", string contentType = "application/json", DateTimeOffset? now = null,
        string region = "us-east-1")
        => SigV4.Sign(
            keys ?? Keys, "POST", Host, path, query, contentType,
            """{"messages":[{"role":"user","content":[{"text":"hi"}]}]}"""u8, region, "bedrock", now ?? Noon);

    [Theory]
    [InlineData(EncodedPath, "5efbf9180d295731b20fe529bb6aa63ba30f39ce01413d5f6d9ca989be62d4f0")]
    [InlineData(RawPath, "36df40b52b234eb7f3f47e54a3acb2152b9671c3c3afa236666787dc7ec8875f")]
    [InlineData(ArnPath, "d09350f86db94a6ed30829c02bb0aec7a3a02a850c72ef9c18a7ebc75b0d9ebb")]
    public void Signs_the_wire_path_encoded_once_more(string path, string signature)
    {
        var headers = Sign(path: path);

        headers.Authorization.ShouldBe(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20250115/us-east-1/bedrock/aws4_request, "
            + "SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature=" + signature);
        headers.AmzDate.ShouldBe("20250115T120000Z");
        headers.ContentSha256.ShouldBe("c3335e07d6e89650bf94cb98664be69f8774dbc3198df221f113db0a59ea14f0");
        headers.SecurityToken.ShouldBeNull();
    }

    [Fact]
    public void Signs_the_session_token_of_temporary_keys()
    {
        var headers = Sign(Keys with { SessionToken = "TOKENEXAMPLE" });

        headers.SecurityToken.ShouldBe("TOKENEXAMPLE");
        headers.Authorization.ShouldEndWith(
            "SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token, "
            + "Signature=2ada17b4de226dc0682ef0bc330f0021fe1a336a2b3b0ee3ee6f09ca33b3593f");
    }

    [Fact]
    public void Signs_a_token_that_is_longer_than_the_rest()
    {
        // Made with AWS' algorithm in a few lines of another language: longer than what is rented at first.
        var headers = Sign(Keys with { SessionToken = new string('t', 3000) });
        headers.Authorization[^64..].ShouldBe("2aeb837585732c1997b9819741c7714cdc79b7e5fe2dc2cb28c086d867d55db7");
    }

    [Fact]
    public void Gives_the_time_in_universal_time()
        => Sign(now: new DateTimeOffset(2025, 1, 15, 14, 0, 0, TimeSpan.FromHours(2))).ShouldBe(Sign());

    [Fact]
    public void Does_not_mix_up_cached_signing_keys()
    {
        var first = Sign();
        var others = new[]
        {
            Sign(Keys with { SecretAccessKey = "another" }), Sign(region: "eu-west-1"), Sign(now: Noon.AddDays(1)),
        };

        Sign().ShouldBe(first);
        others.Append(first).Select(headers => headers.Authorization[^64..]).ShouldBeUnique();
    }

    [Fact]
    public void Sorts_the_query_and_gives_every_name_an_equals_sign()
    {
        Sign(query: "b=2&a=1&c").ShouldBe(Sign(query: "a=1&b=2&c="));
        Sign(query: "a=1").Authorization.ShouldNotBe(Sign().Authorization);
    }

    [Fact]
    public void Leaves_out_a_content_type_that_is_not_sent()
        => Sign(contentType: "").Authorization.ShouldContain("SignedHeaders=host;x-amz-content-sha256;x-amz-date,");

    [Fact]
    public void Never_prints_the_secret()
        => (Keys with { SessionToken = "TOKENEXAMPLE" }).ToString().ShouldBe("AwsKeys { AccessKeyId = AKIDEXAMPLE }");
}
