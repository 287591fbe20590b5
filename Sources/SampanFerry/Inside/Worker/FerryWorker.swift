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
///    ▲                                        │ decided                             │
///    └──────────────── complete ◄─────────────┴─────────────────────────────────────┘
/// ```
/// It keeps no state: whatever it dies in the middle of is claimed again and answered from the inbox.
package struct FerryWorker: Sendable {
    private let configuration: WorkerConfiguration
    private let gateway: GatewayV1.FerryServiceClient
    private let his: any HISAdapter
    private let ferryOperator: HISOperator
    private let time: WorkerTime
    private let log: Logger

    /// Throws for a worker number that has no operator.
    package init(
        _ configuration: WorkerConfiguration, gateway: any Caller, his: any HISAdapter, time: WorkerTime, log: Logger
    ) throws(DomainError) {
        self.configuration = configuration
        self.gateway = GatewayV1.FerryServiceClient(gateway)
        self.his = his
        self.time = time
        self.log = log
        ferryOperator = try HISOperator(worker: configuration.worker)
    }

    /// Works until its task is cancelled.
    package func run() async {
        var failures = 0
        while !Task.isCancelled {
            do throws(RPCError) {
                try await turn()
                failures = 0
            } catch {
                guard !Task.isCancelled else { return }
                failures += 1
                log.warning("a turn of the worker failed", metadata: ["code": "\(error.code)", "reason": "\(error.message)"])
                await time.pause(Self.backoff(failures))
            }
        }
    }

    /// One claim and what follows from it.
    func turn() async throws(RPCError) {
        let asked = time.monotonic()
        let rows = try await claim()
        guard !rows.isEmpty else {
            // A gateway that answers at once must not be asked at once again: the tick bounds the rate.
            let rest = configuration.pollInterval - asked.duration(to: time.monotonic())
            if rest > .zero { await time.pause(rest) }
            return
        }
        let outcomes = await decide(rows)
        guard !outcomes.isEmpty else {
            throw RPCError(code: .unavailable, message: "the HIS settled none of \(rows.count) rows")
        }
        _ = try await gateway.completeRequests(
            GatewayV1.CompleteRequestsRequest(outcomes: outcomes), options: CallOptions(timeout: .seconds(10)))
    }

    private func claim() async throws(RPCError) -> [GatewayV1.ClaimedRequest] {
        let wait = configuration.wakes ? configuration.pollInterval : .zero
        let request = GatewayV1.ClaimRequestsRequest(
            worker: UInt32(clamping: configuration.worker), workerCount: UInt32(clamping: configuration.count),
            limit: UInt32(clamping: configuration.batch), wait: GoogleProtobuf.Duration(wait))
        return try await gateway.claimRequests(request, options: CallOptions(timeout: wait + .seconds(10))).requests
    }

    /// An outcome for every row that the HIS has settled; a row it could not be asked about stays open and comes again.
    private func decide(_ claimed: [GatewayV1.ClaimedRequest]) async -> [GatewayV1.RequestOutcome] {
        var outcomes: [GatewayV1.RequestOutcome] = []
        var rows: [HISRequest] = []
        for row in claimed {
            do throws(DomainError) {
                rows.append(try HISRequest(row, scheme: configuration.scheme))
            } catch {
                log.error(
                    "a row of the gateway is malformed", metadata: ["seq": "\(row.seq)", "reason": "\(error.field) \(error.message)"])
                outcomes.append(Self.malformed(row, error, time.wall()))
            }
        }
        let answers = rows.isEmpty ? [] : await his.post(rows, by: ferryOperator, now: time.wall())
        for (row, answer) in zip(rows, answers) {
            if let decision = await settle(row, answer) { outcomes.append(GatewayV1.RequestOutcome(row.seq, decision)) }
        }
        return outcomes
    }

    private func settle(_ row: HISRequest, _ answer: HISAnswer) async -> HISDecision? {
        guard case .unknown(let error) = answer else {
            if case .decided(let decision) = answer { return decision }
            return nil
        }
        // A HIS that cannot be reached has no effect either: the row stays open, and its deadline decides.
        if case .unavailable(let text) = error {
            log.warning("the HIS is unavailable", metadata: ["seq": "\(row.seq)", "reason": "\(text)"])
            return nil
        }
        do throws(HISError) {
            return try await his.resolve(row, otherwise: .noAnswer, by: ferryOperator, now: time.wall())
        } catch {
            log.warning("the HIS did not settle a row", metadata: ["seq": "\(row.seq)", "reason": "\(error)"])
            return nil
        }
    }

    /// What cannot be read can never be posted, so it needs no mark in the inbox: every worker refuses it alike.
    private static func malformed(_ row: GatewayV1.ClaimedRequest, _ error: DomainError, _ now: UnixTime) -> GatewayV1.RequestOutcome {
        GatewayV1.RequestOutcome(
            seq: row.seq, state: .rejected, reason: "MALFORMED_REQUEST", message: "\(error.field) \(error.message)", decidedAt: now.message)
    }

    private static func backoff(_ failures: Int) -> Duration {
        .milliseconds(Int64.random(in: 40...60) << Int64(min(failures - 1, 4)))
    }
}

extension HISRequest {
    fileprivate init(_ row: GatewayV1.ClaimedRequest, scheme: InstitutionCode.Scheme) throws(DomainError) {
        guard let seq = Int64(exactly: row.seq) else { throw DomainError(field: "seq", message: "is out of range") }
        let request: GatewayV1.Request
        do throws(ProtobufError) {
            request = try GatewayV1.Request(serialized: row.payload)
        } catch {
            throw DomainError(field: "payload", message: "is no Request: \(error)")
        }
        self.init(
            seq: seq, submitter: try InstitutionCode(row.submitter, scheme: .local), requestID: try RequestID(request.requestID),
            deadline: try UnixTime(required: request.deadline, field: "deadline"), command: try HISCommand(request, scheme: scheme))
    }
}

extension GatewayV1.RequestOutcome {
    fileprivate init(_ seq: Int64, _ decision: HISDecision) {
        let outcome = decision.outcome.message
        self.init(
            seq: UInt64(clamping: seq), state: outcome.state, receiptNumber: outcome.receipt, reason: outcome.reason,
            message: outcome.message, decidedAt: decision.decidedAt.message)
    }
}
