package import SampanAPI
internal import SampanCrypto
internal import SampanDomain
package import SampanRPC
package import SampanTransport

/// What a node tells admins of itself: how it stands in the region's trust, and whose handshakes failed here. Who may ask is the policy's.
package struct NodeDesk: TrustV1.NodeServiceHandler {
    let trust: NodeTrust
    private let failures: @Sendable () -> HandshakeFailures?
    let drainer: (any NodeDrainer)?

    /// Entries of an answer, as the contract has it.
    private static let maximumFailures = 1_024
    /// Names of a certificate in an answer.
    private static let maximumNames = 4

    /// - Parameters:
    ///   - drainer: takes the node out of service; nil where nobody can.
    ///   - failures: of the node's server, which is made with this desk; nil while there is none yet.
    package init(trust: NodeTrust, drainer: (any NodeDrainer)? = nil, failures: @escaping @Sendable () -> HandshakeFailures?) {
        self.trust = trust
        self.drainer = drainer
        self.failures = failures
    }

    package func getNodeStatus(
        _ request: TrustV1.GetNodeStatusRequest, context: CallContext
    ) async throws -> TrustV1.GetNodeStatusResponse {
        let status = await trust.status()
        var response = TrustV1.GetNodeStatusResponse()
        response.node = status.identity.uri
        response.epochNumber = status.epochNumber
        response.epochHash = status.epochHash
        response.serial = status.serial
        response.certificateEndsAt = status.certificateEndsAt.message
        response.clock = trust.time.wall().message
        response.skew = status.skewNanoseconds.flatMap { GoogleProtobuf.Duration(.nanoseconds($0)) }
        response.version = trust.settings.version
        response.protocol = trust.settings.protocolLevel
        response.connections = UInt32(clamping: status.connections)
        response.streams = UInt32(clamping: status.streams)
        response.warnings = status.warnings.map(\.description)
        return response
    }

    package func listHandshakeFailures(
        _ request: TrustV1.ListHandshakeFailuresRequest, context: CallContext
    ) async throws -> TrustV1.ListHandshakeFailuresResponse {
        guard let failures = failures() else { return TrustV1.ListHandshakeFailuresResponse() }
        let addresses = request.address.isEmpty ? failures.addresses : [request.address]
        let entries = addresses.flatMap { failures.entries(of: $0) }.sorted { $0.time > $1.time }
        return TrustV1.ListHandshakeFailuresResponse(failures: entries.prefix(Self.maximumFailures).map(Self.message))
    }

    private static func message(_ entry: HandshakeFailures.Entry) -> TrustV1.HandshakeFailure {
        let explanation = entry.failure.explanation
        let shown = entry.failure.certificate
        return TrustV1.HandshakeFailure(
            address: entry.address, at: UnixTime(nanoseconds: entry.time).message, label: explanation.result.rawValue,
            cause: explanation.cause, advice: explanation.fix, detail: explanation.detail,
            names: Array((shown?.uris ?? []).prefix(maximumNames)), serial: shown?.serial ?? [])
    }
}
