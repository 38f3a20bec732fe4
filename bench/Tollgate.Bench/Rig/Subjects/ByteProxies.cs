using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Rig.Subjects;

/// <summary>The mock provider itself: what a client has without anything between.</summary>
internal sealed class MockKind : SubjectKind
{
    internal override string Name => Names.Direct;

    internal override Machinery Machinery => Machinery.DotNet;

    // The mock shares the processors with what is measured: idle threads of it must not spin.
    internal override Launch Prepare(Workshop workshop, int port) =>
        new(["dotnet", typeof(MockKind).Assembly.Location, "mock", FormattableString.Invariant($"{port}")], ClientForm.OpenAI)
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0" },
        };
}

/// <summary>nginx with one process, connections kept, nothing buffered: the limit for a proxy that reads nothing.</summary>
internal sealed class NginxKind : SubjectKind
{
    internal override string Name => Names.Nginx;

    internal override Machinery Machinery => Machinery.Native;

    internal override string? Missing(Workshop workshop) => Workshop.Find("nginx") is null ? "nginx is not installed" : null;

    internal override Launch Prepare(Workshop workshop, int port)
    {
        var folder = workshop.Folder;
        var config = workshop.Write("nginx.conf", FormattableString.Invariant($$"""
            daemon off;
            master_process off;
            pid {{folder}}/nginx.pid;
            error_log {{folder}}/nginx-errors.log;
            events { worker_connections 2048; }
            http {
              access_log off;
              keepalive_requests 100000000;
              client_body_temp_path {{folder}}/body;
              proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi;
              scgi_temp_path {{folder}}/scgi;
              upstream mock { server 127.0.0.1:{{workshop.MockPort}}; keepalive 512; keepalive_requests 100000000; }
              server {
                listen 127.0.0.1:{{port}};
                location / {
                  proxy_pass http://mock;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_buffering off;
                  client_max_body_size 0;
                  client_body_buffer_size 1m;
                }
              }
            }
            """));
        return new([Workshop.Find("nginx")!, "-e", folder + "/nginx-errors.log", "-c", config], ClientForm.OpenAI);
    }
}

/// <summary>HAProxy with one thread; without <c>http-no-delay</c> it would hold events back for up to 40 ms.</summary>
internal sealed class HaproxyKind : SubjectKind
{
    internal override string Name => Names.Haproxy;

    internal override Machinery Machinery => Machinery.Native;

    internal override string? Missing(Workshop workshop) => Workshop.Find("haproxy") is null ? "haproxy is not installed" : null;

    internal override Launch Prepare(Workshop workshop, int port)
    {
        var config = workshop.Write("haproxy.cfg", FormattableString.Invariant($"""
            global
              nbthread 1
              maxconn 4096
            defaults
              mode http
              option http-no-delay
              http-reuse always
              timeout connect 5s
              timeout client 60s
              timeout server 60s
            frontend clients
              bind 127.0.0.1:{port}
              default_backend mock
            backend mock
              server mock 127.0.0.1:{workshop.MockPort}

            """));
        return new([Workshop.Find("haproxy")!, "-db", "-f", config], ClientForm.OpenAI);
    }
}

/// <summary>The least that one can write with YARP, with the workstation's collector.</summary>
internal sealed class YarpKind : SubjectKind
{
    internal override string Name => Names.Yarp;

    internal override Machinery Machinery => Machinery.DotNet;

    internal override string? Missing(Workshop workshop) => File.Exists(Program(workshop)) ? null : "bench/Tollgate.Bench.Yarp is not built";

    internal override Launch Prepare(Workshop workshop, int port) =>
        new(["dotnet", Program(workshop), FormattableString.Invariant($"{port}"), FormattableString.Invariant($"http://127.0.0.1:{workshop.MockPort}")], ClientForm.OpenAI);

    private static string Program(Workshop workshop) => workshop.Built("bench/Tollgate.Bench.Yarp");
}
