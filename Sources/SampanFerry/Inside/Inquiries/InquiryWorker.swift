package import Logging
internal import SampanAPI
internal import SampanDomain
package import SampanRPC

/// Answers questions to the HIS, beside `FerryWorker` and over the connection that it opened. It keeps nothing: a question that it dies
/// with is handed to another.
package struct InquiryWorker: Sendable {
    private let gateway: GatewayV1.InquiryServiceClient
    private let his: any HISReading
    private let pollInterval: Duration
    private let time: WorkerTime
    private let log: Logger

    /// - Parameter pollInterval: how long the gateway may wait for a question before it says that there is none.
    package init(gateway: any Caller, his: any HISReading, pollInterval: Duration, time: WorkerTime, log: Logger) {
        self.gateway = GatewayV1.InquiryServiceClient(gateway)
        self.his = his
        self.pollInterval = pollInterval
        self.time = time
        self.log = log
    }

    /// Answers until its task is cancelled.
    package func run() async {
        var failures = 0
        while !Task.isCancelled {
            do throws(RPCError) {
                try await turn()
                failures = 0
            } catch {
                guard !Task.isCancelled else { return }
                failures += 1
                log.warning("questions could not be answered", metadata: ["code": "\(error.code)", "reason": "\(error.message)"])
                // 50 ms, doubling to 0.8 s.
                await time.pause(.milliseconds(50 << min(failures - 1, 4)))
            }
        }
    }

    private func turn() async throws(RPCError) {
        let asked = time.monotonic()
        let claimed = try await gateway.claimInquiries(
            GatewayV1.ClaimInquiriesRequest(limit: UInt32(InquiryWorker.claim), wait: GoogleProtobuf.Duration(pollInterval)),
            options: CallOptions(timeout: pollInterval + .seconds(10))
        ).inquiries
        guard !claimed.isEmpty else {
            // A gateway that answers at once must not be asked at once again.
            let rest = pollInterval - asked.duration(to: time.monotonic())
            if rest > .zero { await time.pause(rest) }
            return
        }
        var answers: [GatewayV1.InquiryAnswer] = []
        for inquiry in claimed {
            do throws(HISError) {
                answers.append(try await his.answer(inquiry, now: time.wall()))
            } catch {
                log.warning("the HIS did not answer a question", metadata: ["reason": "\(error)"])
            }
        }
        guard !answers.isEmpty else { throw RPCError(code: .unavailable, message: "the HIS answered none of \(claimed.count) questions") }
        _ = try await gateway.answerInquiries(
            GatewayV1.AnswerInquiriesRequest(answers: answers), options: CallOptions(timeout: .seconds(5)))
    }

    private static let claim = 8
}
