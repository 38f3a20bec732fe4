using System.Net;

namespace Tollgate.Hosting;

/// <summary>Where clients call; what else is listened to has another type, so that each can have its own kind of sockets.</summary>
internal sealed class ClientEndPoint(IPAddress address, int port) : IPEndPoint(address, port);
