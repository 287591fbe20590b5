package import SampanAPI
internal import SampanCrypto
package import SampanRPC
internal import SampanTransport

extension NodeDesk {
    /// Connections of an answer, as the contract has it: some 800 KB.
    private static let maximumConnections = 4_096

    package func listConnections(
        _ request: TrustV1.ListConnectionsRequest, context: CallContext
    ) async throws -> TrustV1.ListConnectionsResponse {
        let direction = request.direction.isEmpty ? nil : ConnectionFigures.Direction(rawValue: request.direction)
        guard request.direction.isEmpty || direction != nil else {
            throw RPCError(code: .invalidArgument, message: "direction is in, out or empty")
        }
        let institution = request.institution
        let figures = await trust.credentials.figures { institution.isEmpty || $0.identity.institution == institution }
            .filter { direction == nil || $0.direction == direction }
            .sorted { ($0.peer.identity.uri, $0.address) < ($1.peer.identity.uri, $1.address) }
        return TrustV1.ListConnectionsResponse(
            connections: figures.prefix(Self.maximumConnections).map(Self.message), total: UInt32(clamping: figures.count))
    }

    private static func message(_ figures: ConnectionFigures) -> TrustV1.ConnectionState {
        let certificate = figures.peer.certificate
        return TrustV1.ConnectionState(
            direction: figures.direction.rawValue, peer: figures.peer.identity.uri, address: figures.address,
            serial: certificate.serial,
            certificateEndsAt: GoogleProtobuf.Timestamp(seconds: certificate.certificate.validity.notAfter, nanos: 0),
            age: GoogleProtobuf.Duration(figures.age), silence: GoogleProtobuf.Duration(figures.silence),
            openCalls: UInt32(clamping: figures.openCalls), startedCalls: UInt64(clamping: figures.startedCalls),
            receivedBytes: figures.receivedBytes, sentBytes: figures.sentBytes, waitingBytes: UInt64(clamping: figures.waitingBytes),
            draining: figures.isDraining)
    }
}
