package import SampanAPI
package import SampanDomain
package import SampanRPC

/// `sampan.gateway.v1.FerryService`: the one window through which the inside pulls rows and writes results back. It never calls inwards
/// and knows nothing of the inside but the worker's number.
package struct FerryDesk: GatewayV1.FerryServiceHandler {
    /// Longest wait of a claim: an idle worker is heard of at least this often.
    package static let maximumWait: Duration = .seconds(60)

    private let store: RequestStore
    private let now: @Sendable () -> UnixTime
    private let pause: @Sendable (Duration) async -> Void

    /// - Parameters:
    ///   - now: the wall clock.
    ///   - pause: waits, or returns early when the task is cancelled.
    package init(
        store: RequestStore, now: @escaping @Sendable () -> UnixTime,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.store = store
        self.now = now
        self.pause = pause
    }

    package func claimRequests(
        _ request: GatewayV1.ClaimRequestsRequest, context: CallContext
    ) async throws -> GatewayV1.ClaimRequestsResponse {
        do throws(RequestStoreError) {
            let partition = try Partition(worker: Int(request.worker), of: Int(request.workerCount))
            var rows = try store.claim(partition, limit: Int(request.limit), now: now())
            if rows.isEmpty, let wait = request.wait?.duration, wait > .zero, await openRow(partition, within: min(wait, Self.maximumWait))
            {
                rows = try store.claim(partition, limit: Int(request.limit), now: now())
            }
            return GatewayV1.ClaimRequestsResponse(requests: rows.map(Self.message))
        } catch {
            throw error.rpcError
        }
    }

    package func completeRequests(
        _ request: GatewayV1.CompleteRequestsRequest, context: CallContext
    ) async throws -> GatewayV1.CompleteRequestsResponse {
        var completions: [RequestCompletion] = []
        for outcome in request.outcomes {
            do throws(DomainError) {
                completions.append(try RequestCompletion(outcome))
            } catch {
                throw RPCError(invalid: error)
            }
        }
        do throws(RequestStoreError) {
            for answer in try await store.complete(completions, now: now()) { _ = try answer.get() }
        } catch {
            throw error.rpcError
        }
        return GatewayV1.CompleteRequestsResponse()
    }

    /// True as soon as a row of the share is open; false when the time is over.
    private func openRow(_ partition: Partition, within wait: Duration) async -> Bool {
        let (store, pause) = (store, pause)
        return await withTaskGroup(of: Bool.self) { tasks in
            tasks.addTask { await store.waitForOpenRow(partition) }
            tasks.addTask {
                await pause(wait)
                return false
            }
            let result = await tasks.next() ?? false
            tasks.cancelAll()
            return result
        }
    }

    private static func message(_ row: ClaimedRow) -> GatewayV1.ClaimedRequest {
        GatewayV1.ClaimedRequest(seq: UInt64(clamping: row.seq), submitter: row.submitter.text, payload: row.payload)
    }
}

extension RequestCompletion {
    fileprivate init(_ message: GatewayV1.RequestOutcome) throws(DomainError) {
        guard let seq = Int64(exactly: message.seq) else { throw DomainError(field: "seq", message: "\(message.seq) is no row") }
        let outcome: RequestOutcome =
            switch message.state {
            case .posted: .posted(try ReceiptNumber(message.receiptNumber))
            case .rejected: .rejected(try OutcomeReason(code: message.reason, message: message.message))
            case .expired: .expired(try OutcomeReason(code: message.reason, message: message.message))
            case .unspecified, .queued, .unrecognized:
                throw DomainError(field: "state", message: "of row \(seq) is not final")
            }
        self.init(seq: seq, outcome: outcome, decidedAt: try UnixTime(required: message.decidedAt, field: "decided_at"))
    }
}
