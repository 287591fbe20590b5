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
    private let spans: FerrySpans?
    private let refunds: @Sendable () async throws -> Refunds

    /// Payments that go back because the inside refused their rows.
    package struct Refunds: Sendable {
        let underWay: Int64
        let done: Int64

        package init(underWay: Int64, done: Int64) {
            self.underWay = underWay
            self.done = done
        }
    }

    /// - Parameters:
    ///   - now: the wall clock.
    ///   - spans: keeps those of rows whose submitters are traced; nil where nobody records.
    ///   - refunds: for the status.
    ///   - pause: waits, or returns early when the task is cancelled.
    package init(
        store: RequestStore, now: @escaping @Sendable () -> UnixTime, spans: FerrySpans? = nil,
        refunds: @escaping @Sendable () async throws -> Refunds = { Refunds(underWay: 0, done: 0) },
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.store = store
        self.now = now
        self.refunds = refunds
        self.pause = pause
        self.spans = spans
    }

    package func claimRequests(
        _ request: GatewayV1.ClaimRequestsRequest, context: CallContext
    ) async throws -> GatewayV1.ClaimRequestsResponse {
        do throws(RequestStoreError) {
            let claim = try RowClaim(request)
            var rows = try store.claim(claim, now: now())
            if rows.isEmpty, let wait = request.wait?.duration, wait > .zero,
                await openRow(claim.partition, within: min(wait, Self.maximumWait))
            {
                rows = try store.claim(claim, now: now())
            }
            return GatewayV1.ClaimRequestsResponse(
                requests: rows.map(Self.message), lease: claim.session == nil ? nil : GoogleProtobuf.Duration(store.lease))
        } catch {
            throw error.rpcError
        }
    }

    package func completeRequests(
        _ request: GatewayV1.CompleteRequestsRequest, context: CallContext
    ) async throws -> GatewayV1.CompleteRequestsResponse {
        let arrived = now()
        var completions: [RequestCompletion] = []
        for outcome in request.outcomes {
            do throws(DomainError) {
                completions.append(try RequestCompletion(outcome))
            } catch {
                throw RPCError(invalid: error)
            }
        }
        // Looked up before: a row that has its outcome is open no more.
        let traced = spans == nil ? [] : zip(request.outcomes, completions).compactMap(traced)
        do throws(RequestStoreError) {
            for answer in try await store.complete(completions, now: arrived) { _ = try answer.get() }
        } catch {
            throw error.rpcError
        }
        let durable = now()
        for (row, timings, outcome) in traced {
            spans?.note(row, timings, outcome: outcome, arrived: arrived, durable: durable)
        }
        return GatewayV1.CompleteRequestsResponse()
    }

    package func getFerryStatus(
        _ request: GatewayV1.GetFerryStatusRequest, context: CallContext
    ) async throws -> GatewayV1.GetFerryStatusResponse {
        let refunds = try await refunds()
        let state = store.ferryState(now: now())
        return GatewayV1.GetFerryStatusResponse(
            openRows: UInt64(clamping: state.open), oldest: state.oldest.flatMap { GoogleProtobuf.Duration($0) },
            lease: GoogleProtobuf.Duration(state.lease), workers: state.workers.map(\.message),
            refunding: UInt64(clamping: refunds.underWay), refunded: UInt64(clamping: refunds.done))
    }

    private func traced(
        _ message: GatewayV1.RequestOutcome, _ completion: RequestCompletion
    ) -> (RowTrace, RowTimings, RequestOutcome)? {
        guard let said = message.timings, let timings = RowTimings(said), let row = store.trace(of: completion.seq) else { return nil }
        return (row, timings, completion.outcome)
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
        GatewayV1.ClaimedRequest(
            seq: UInt64(clamping: row.seq), submitter: row.submitter.text, payload: row.payload,
            traceparent: row.trace.flatMap { $0.isSampled ? $0.description : nil } ?? "", worker: UInt32(clamping: row.fence?.worker ?? 0),
            fence: UInt64(clamping: row.fence?.number ?? 0), recipientKey: row.recipient ?? "", requestID: row.requestID.text,
            kind: row.kind)
    }
}

extension FerryState.Worker {
    fileprivate var message: GatewayV1.FerryWorkerState {
        GatewayV1.FerryWorkerState(
            worker: UInt32(clamping: worker), workerCount: UInt32(clamping: count),
            silence: silence.flatMap { GoogleProtobuf.Duration($0) },
            openRows: UInt64(clamping: open), lag: lag.flatMap { GoogleProtobuf.Duration($0) }, heldRows: UInt64(clamping: held),
            doubtfulRows: UInt64(clamping: doubtful), finishedRows: finished, lastRow: lastRow.map { UInt64(clamping: $0) },
            timesHelped: timesHelped)
    }
}

extension RowClaim {
    fileprivate init(_ message: GatewayV1.ClaimRequestsRequest) throws(RequestStoreError) {
        try self.init(
            Partition(worker: Int(message.worker), of: Int(message.workerCount)), limit: Int(message.limit),
            session: message.session.isEmpty ? nil : WorkerSession(message.session), helps: message.helps,
            fenceAbove: Int64(exactly: message.fenceAbove) ?? -1)
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
