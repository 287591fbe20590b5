import ArgumentParser
import Glibc
import SampanDomain
import SampanMesh
import SampanRPC
import SampanTransport

/// A node's part in a mesh, with routes that are given to it.
struct BenchMesh {
    let credentials: LiveCredentials
    let router: MeshRouter

    /// Trust domain of the benchmark's certificates.
    private static let trustDomain = "bench.sampan.test"

    init(_ security: SecurityOptions, group: EventLoopGroup, routes: [EpochRoute]) throws {
        guard security.mode == .mtls, let ca = security.ca, let cert = security.cert, let key = security.key else {
            throw ValidationError("a mesh is --mode mtls, with --ca, --cert and --key")
        }
        credentials = try LiveCredentials(
            NodeCredentials(certificateFile: cert, keyFile: key, trustFile: ca, trustDomain: Self.trustDomain))
        router = MeshRouter(group: group, credentials: credentials, directory: EpochDirectory(routes: routes), wall: { Self.now })
    }

    /// The one rule of the benchmark: hospitals may echo.
    func policy(for methods: [MethodDescriptor]) -> AccessPolicy { AccessPolicy([PolicyRule("echo.Echo", .hospital)], for: methods) }

    private static var now: UnixTime {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return UnixTime(nanoseconds: Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec))
    }
}
