package import SampanAPI
package import SampanRPC

/// `Enroll` alone: what a server offers to those who have no certificate yet. The rest of the service is not there.
package struct EnrollmentDesk: RPCService {
    /// Bytes of a token.
    private static let tokenBytes = 32

    private let authority: Authority

    package init(_ authority: Authority) { self.authority = authority }

    package var contract: FileDescriptor? { TrustV1.trustServiceDescriptor }

    package var methodHandlers: [MethodHandler] {
        [
            MethodHandler(
                TrustV1.TrustServiceMethods.enroll,
                .unary { payload, context in
                    try await self.enroll(.init(decodingRequest: payload), context: context).framed()
                })
        ]
    }

    package func enroll(_ request: TrustV1.EnrollRequest, context: CallContext) async throws -> TrustV1.EnrollResponse {
        guard request.token.count == Self.tokenBytes else {
            throw AuthorityError.invalid(field: "token", "a token has \(Self.tokenBytes) bytes")
        }
        let chain = try await authority.enroll(token: request.token, request: request.certificateRequest)
        return TrustV1.EnrollResponse(certificateChain: chain, epoch: try await authority.signedEpoch(0))
    }
}
