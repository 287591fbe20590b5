package import SampanAPI
package import SampanDomain
internal import SampanMesh
package import SampanRPC
internal import SampanStorage

/// `sampan.gateway.v1.RequestService`: where callers outside hand requests in and watch what becomes of them.
package struct RequestDesk: GatewayV1.RequestServiceHandler {
    private let store: RequestStore
    private let institutions: InstitutionDirectory
    private let digest: RequestDigest
    private let now: @Sendable () -> UnixTime

    /// - Parameters:
    ///   - now: the wall clock.
    package init(
        store: RequestStore, institutions: InstitutionDirectory, digest: @escaping RequestDigest,
        now: @escaping @Sendable () -> UnixTime
    ) {
        self.store = store
        self.institutions = institutions
        self.digest = digest
        self.now = now
    }

    package func submitRequest(
        _ request: GatewayV1.SubmitRequestRequest, context: CallContext
    ) async throws -> GatewayV1.SubmitRequestResponse {
        let identity = try context.requireIdentity()
        let row = try newRequest(request.request, from: identity, context.trace)
        do throws(RequestStoreError) {
            return GatewayV1.SubmitRequestResponse(status: try await store.submit(row, now: now()).message)
        } catch {
            throw error.rpcError
        }
    }

    package func watchRequest(
        _ request: GatewayV1.WatchRequestRequest, responses: MessageWriter<GatewayV1.WatchRequestResponse>, context: CallContext
    ) async throws {
        let identity = try context.requireIdentity()
        guard let seq = Int64(exactly: request.seq) else { throw RequestStoreError.unknownSequence(.max).rpcError }
        let statuses = store.watch(seq).makeAsyncIterator()
        do {
            while let status = try await statuses.next() {
                // Another institution's row is as if it were not there.
                guard status.submitter.text == identity.institution else { throw RequestStoreError.unknownSequence(seq) }
                try await responses.send(GatewayV1.WatchRequestResponse(status: status.message))
            }
        } catch let error as RequestStoreError {
            throw error.rpcError
        }
        try Task.checkCancellation()
    }

    private func newRequest(
        _ request: GatewayV1.Request?, from identity: PeerIdentity, _ trace: TraceParent?
    ) throws(RPCError) -> NewRequest {
        do {
            guard let request else { throw DomainError(field: "request", message: "is missing") }
            for prefix in [NewRequest.paymentPrefix, NewRequest.bookingPrefix] where request.requestID.hasPrefix(prefix) {
                throw DomainError(field: "request_id", message: "begins with \(prefix), which is kept for the desks of this gateway")
            }
            let command = try HISCommand(request, scheme: institutions.scheme)
            guard let charge = command.charge else {
                throw DomainError(field: "command", message: "moves no money: it is asked for at sampan.booking.v1")
            }
            try institutions.checkMayCharge(identity, charge.institution)
            let deadline = try UnixTime(required: request.deadline, field: "deadline")
            return try NewRequest(
                submitter: identity.institution, requestID: request.requestID, command: command, deadline: deadline, trace: trace,
                digest: digest)
        } catch let error as DomainError {
            throw RPCError(invalid: error)
        } catch let error as RPCError {
            throw error
        } catch {
            throw RPCError(code: .internal, message: "the request cannot be stored", cause: error)
        }
    }
}
