using System.Reflection;
using System.Runtime.CompilerServices;
using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Kubernetes;
using Tollgate.Pricing;

namespace Tollgate.Cli;

/// <summary>
/// Reads on another processor, while the host is put together, what it cannot begin to serve without: the catalogue, the configuration, the prices.
/// Neither needs anything of the host, and each would take a tenth of the start.
/// </summary>
internal static class HeadStart
{
    /// <summary>
    /// The method of every request that is never compiled ahead, because Kestrel wants it optimised at once: that takes as long as a fifth of the
    /// first request. Null in a version that does without.
    /// </summary>
    internal static MethodInfo? HeaderAppender => Type
        .GetType("Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpRequestHeaders, Microsoft.AspNetCore.Server.Kestrel.Core")?
        .GetMethod("Append", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, [typeof(ReadOnlySpan<byte>), typeof(ReadOnlySpan<byte>), typeof(bool)]);

    /// <summary>Begins with what does not depend on the command's arguments. Called before they are looked at.</summary>
    internal static void Begin() => ThreadPool.UnsafeQueueUserWorkItem(static _ => GC.KeepAlive(Catalogue.Default), null);

    /// <summary>Begins to read the configuration.</summary>
    /// <param name="file">Its path; null: what the environment holds.</param>
    /// <returns>A source whose first answer is under way.</returns>
    internal static ConfigSource Read(string? file) => new StartedSource(() => Source(file), Prepare);

    private static ConfigSource Source(string? file)
    {
        var context = new ConfigContext(Environment.GetEnvironmentVariable, Catalogue.Default).WithManifests();
        return file is null ? new DiscoverySource(context) : new FileSource(file, context);
    }

    private static void Prepare()
    {
        GC.KeepAlive(PriceList.Default);
        if (HeaderAppender is { } appender) RuntimeHelpers.PrepareMethod(appender.MethodHandle);
    }
}
