namespace Tollgate.Tests.Hosting;

/// <summary>
/// Tests that close a locked file and open it again, while no other runs: a process that another test starts holds whatever this one has open,
/// with its locks, until it has become a program of its own.
/// </summary>
[CollectionDefinition(nameof(LockedFiles), DisableParallelization = true)]
public sealed class LockedFiles;
