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
    /// <summary>Begins with what does not depend on the command's arguments. Called before they are looked at.</summary>
    internal static void Begin() => ThreadPool.UnsafeQueueUserWorkItem(static _ => Touch(Catalogue.Default), null);

    /// <summary>Begins to read the configuration.</summary>
    /// <param name="file">Its path; null: what the environment holds.</param>
    /// <returns>A source whose first answer is under way.</returns>
    internal static ConfigSource Read(string? file) => new StartedSource(() => Source(file), static () => Touch(PriceList.Default));

    private static ConfigSource Source(string? file)
    {
        var context = new ConfigContext(Environment.GetEnvironmentVariable, Catalogue.Default).WithManifests();
        return file is null ? new DiscoverySource(context) : new FileSource(file, context);
    }

    // What is read once and kept in a static field.
    private static void Touch(object value) => GC.KeepAlive(value);
}
