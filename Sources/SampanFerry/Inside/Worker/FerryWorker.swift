package import Logging
internal import SampanAPI
package import SampanDomain
internal import SampanProtobuf
package import SampanRPC

/// One worker of the inside: pulls the rows of its share, has the HIS post them, and writes the outcomes back. It opens every
/// connection itself and listens on nothing (GW-01, GW-02).
///
/// ```
/// claim (waits at the gateway) ──rows──► post, one HIS transaction ──unknown──► resolve through the inbox
///    ▲  ▲                                   fenced │  │ decided                         │
///    │  └── the newest fence of the HIS ◄──────────┘  │                                 │
///    └──────────────── complete ◄─────────────────────┴─────────────────────────────────┘
/// ```
/// It keeps no state but the newest fence that it knows: what it dies in the middle of is claimed again and answered from the inbox.
/// It may be stopped anywhere and go on whenever: what it did not finish within its lease is another's, and the HIS does nothing more
/// under its fence.
package struct FerryWorker: Sendable {
    private let configuration: WorkerConfiguration
    private let gateway: GatewayV1.FerryServiceClient
    private let his: any HISAdapter
    private let ferryOperator: HISOperator
    private let time: WorkerTime
    private let log: Logger
    private let executor: (any TaskExecutor)?

    /// Throws for a worker number that has no operator.
    /// - Parameter executor: where a worker that is asked to end finishes what it has claimed; nil for anywhere.
    package init(
        _ configuration: WorkerConfiguration, gateway: any Caller, his: any HISAdapter, time: WorkerTime, log: Logger,
        executor: (any TaskExecutor)? = nil
    ) throws(DomainError) {
        self.executor = executor
        self.configuration = configuration
        self.gateway = GatewayV1.FerryServiceClient(gateway)
        self.his = his
        self.time = time
        self.log = log
        ferryOperator = try HISOperator(worker: configuration.worker)
    }

    /// Works until its task is cancelled, or another process has started as the same worker.
    package func run() async {
        var (failures, fence) = (0, Int64?.none)
        while !Task.isCancelled {
            do throws(RPCError) {
                fence = try await turn(above: fence)
                failures = 0
            } catch {
                guard !Task.isCancelled else { return }
                if error.errorInfo?.reason == "WORKER_SUPERSEDED" {
                    log.error("this worker ends: another process has started as the same one", metadata: ["reason": "\(error.message)"])
                    return
                }
                failures += 1
                log.warning("a turn of the worker failed", metadata: ["code": "\(error.code)", "reason": "\(error.message)"])
                await time.pause(backoff(failures))
            }
        }
    }

    /// One claim and what follows from it.
    /// - Parameter known: the newest fence of the HIS; nil when it is not known.
    /// - Returns: that for the next turn.
    func turn(above known: Int64? = nil) async throws(RPCError) -> Int64? {
        let asked = time.monotonic()
        let fence = if let known { known } else { try await newestFence() }
        let rows = try await claim(above: fence)
        guard !rows.isEmpty else {
            // A gateway that answers at once must not be asked at once again: the tick bounds the rate.
            let rest = configuration.pollInterval - asked.duration(to: time.monotonic())
            if rest > .zero { await time.pause(rest) }
            return fence
        }
        let times = TurnTimes(asked: asked, answered: time.monotonic(), rows)
        // What it has claimed it finishes, also when it is asked to end: else another would have to wait for the end of its lease.
        let isFenced = try await Task(executorPreference: executor) { () async -> Result<Bool, RPCError> in
            do throws(RPCError) { return .success(try await finish(rows, times)) } catch { return .failure(error) }
        }.value.get()
        return isFenced ? nil : fence
    }

    /// Has the HIS decide what was claimed, and tells the gateway. Whether a fence was too old.
    private func finish(_ rows: [GatewayV1.ClaimedRequest], _ begun: TurnTimes) async throws(RPCError) -> Bool {
        var times = begun
        let (outcomes, isFenced) = await decide(rows, &times)
        guard !outcomes.isEmpty else {
            if isFenced { return true }
            throw RPCError(code: .unavailable, message: "the HIS settled none of \(rows.count) rows")
        }
        _ = try await gateway.completeRequests(
            GatewayV1.CompleteRequestsRequest(outcomes: times.noted(outcomes, now: time.monotonic())),
            options: CallOptions(timeout: Self.completionTime))
        return isFenced
    }

    /// 5 s: a worker that is asked to end has 10.
    private static let completionTime: Duration = .seconds(5)

    private func newestFence() async throws(RPCError) -> Int64 {
        do throws(HISError) {
            return try await his.newestFence()
        } catch {
            throw RPCError(code: .unavailable, message: "the HIS does not say its newest fence: \(error)")
        }
    }

    private func claim(above fence: Int64) async throws(RPCError) -> [GatewayV1.ClaimedRequest] {
        let wait = configuration.wakes ? configuration.pollInterval : .zero
        let request = GatewayV1.ClaimRequestsRequest(
            worker: UInt32(clamping: configuration.worker), workerCount: UInt32(clamping: configuration.count),
            limit: UInt32(clamping: configuration.batch), wait: GoogleProtobuf.Duration(wait), session: configuration.session,
            helps: configuration.helps, fenceAbove: UInt64(clamping: fence))
        return try await gateway.claimRequests(request, options: CallOptions(timeout: wait + .seconds(10))).requests
    }

    /// An outcome for every row that the HIS has settled; a row it could not be asked about stays open and comes again, here or to another
    /// worker. Also says whether a fence was too old.
    private func decide(
        _ claimed: [GatewayV1.ClaimedRequest], _ times: inout TurnTimes
    ) async -> (outcomes: [GatewayV1.RequestOutcome], isFenced: Bool) {
        var (outcomes, fenced): ([GatewayV1.RequestOutcome], Int) = ([], 0)
        var rows: [HISRequest] = []
        for row in claimed {
            do throws(RowFault) {
                rows.append(try HISRequest(row, scheme: configuration.scheme, opener: configuration.opener))
            } catch {
                log.error("a row of the gateway cannot be read", metadata: ["seq": "\(row.seq)", "reason": "\(error)"])
                switch error {
                case .malformed(let error): outcomes.append(Self.malformed(row, error, time.wall()))
                case .sealed(let unreadable, let fault):
                    switch await refuse(unreadable, fault) {
                    case .decided(let decision): outcomes.append(GatewayV1.RequestOutcome(unreadable.seq, decision))
                    case .fenced: fenced += 1
                    case .unknown: break
                    }
                }
            }
        }
        times.postBegan = time.monotonic()
        let answers = rows.isEmpty ? [] : await his.post(rows, by: ferryOperator, now: time.wall())
        for (row, answer) in zip(rows, answers) {
            switch await settle(row, answer) {
            case .decided(let decision):
                let outcome = GatewayV1.RequestOutcome(row.seq, decision)
                times.settle(outcome.seq, at: time.monotonic())
                outcomes.append(outcome)
            case .fenced: fenced += 1
            case .unknown: break
            }
        }
        if fenced > 0 {
            log.warning("others take care of rows that this worker was late with", metadata: ["rows": "\(fenced)"])
        }
        return (outcomes, fenced > 0)
    }

    /// Asks again where nothing was heard. What is unknown after that stays open.
    private func settle(_ row: HISRequest, _ answer: HISAnswer) async -> HISAnswer {
        guard case .unknown(let error) = answer else { return answer }
        // A HIS that cannot be reached has no effect either: the row stays open, and its deadline decides.
        if case .unavailable(let text) = error {
            log.warning("the HIS is unavailable", metadata: ["seq": "\(row.seq)", "reason": "\(text)"])
            return answer
        }
        do throws(HISError) {
            return .decided(try await his.resolve(row, otherwise: .noAnswer, by: ferryOperator, now: time.wall()))
        } catch .fenced {
            return .fenced
        } catch {
            log.warning("the HIS did not settle a row", metadata: ["seq": "\(row.seq)", "reason": "\(error)"])
            return .unknown(error)
        }
    }

    /// Has the HIS mark it: the next one to look may have another key.
    private func refuse(_ row: UnreadableRow, _ fault: SealFault) async -> HISAnswer {
        do throws(HISError) {
            return .decided(try await his.refuse(row, fault.reason, by: ferryOperator, now: time.wall()))
        } catch .fenced {
            return .fenced
        } catch {
            log.warning("the HIS did not settle a row", metadata: ["seq": "\(row.seq)", "reason": "\(error)"])
            return .unknown(error)
        }
    }

    /// What is no request can never be posted, so it needs no mark in the inbox: every worker refuses it alike.
    private static func malformed(_ row: GatewayV1.ClaimedRequest, _ error: DomainError, _ now: UnixTime) -> GatewayV1.RequestOutcome {
        GatewayV1.RequestOutcome(
            seq: row.seq, state: .rejected, reason: "MALFORMED_REQUEST", message: "\(error.field) \(error.message)", decidedAt: now.message)
    }

    /// 50 ms, doubling to 0.8 s.
    private func backoff(_ failures: Int) -> Duration { .milliseconds(50 << min(failures - 1, 4)) * time.jitter() / 100 }
}

extension GatewayV1.RequestOutcome {
    fileprivate init(_ seq: Int64, _ decision: HISDecision) {
        let outcome = decision.outcome.message
        self.init(
            seq: UInt64(clamping: seq), state: outcome.state, receiptNumber: outcome.receipt, reason: outcome.reason,
            message: outcome.message, decidedAt: decision.decidedAt.message)
    }
}
