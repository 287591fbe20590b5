package import SampanDomain
internal import SampanAPI
internal import SampanProtobuf
package import SampanRPC

/// SHA-256, handed in by the composition: a replay is known by it.
package typealias RequestDigest = @Sendable ([UInt8]) throws -> [UInt8]

extension NewRequest {
    /// What the request ids of payments begin with; callers of RequestService may not use it.
    package static let paymentPrefix = "payment:"
    /// And those of bookings.
    package static let bookingPrefix = "booking:"

    /// A request row for a command that has been checked. The digest covers who submits it and everything it says but its deadline, which a
    /// retry may move. Throws `DomainError` for a wrong field, and what encoding or the digest throws.
    package init(
        submitter: String, requestID: String, command: HISCommand, deadline: UnixTime, trace: TraceParent? = nil, digest: RequestDigest
    ) throws {
        let id = try RequestID(requestID)
        let code = try InstitutionCode(submitter, scheme: .local)
        let body = GatewayV1.Request(requestID: requestID, command: command.message)
        var whole = body
        whole.deadline = deadline.message
        self.init(
            submitter: code, requestID: id, hash: try digest(try body.serialized()), payload: try whole.serialized(), deadline: deadline,
            trace: trace, kind: command.kindName)
    }
}
