internal import Foundation
internal import SampanAPI
internal import SampanDomain
internal import SampanRPC
internal import SampanTransport
internal import Synchronization

/// People who all want places of one slot at once, through four apps: hold, and pay for what was held.
final class BookingRush: Sendable {
    struct Outcome: Sendable {
        var holds: [String] = []
        /// Refusals by reason.
        var refused: [String: Int] = [:]
        /// Calls that were made again, since a worker had died or the gateway was busy.
        var repeats = 0
        var latencies = Latencies([])
        var elapsed = Duration.zero
        var queue: [UInt32] = []
        var receipts: [String] = []
        /// Of the slot, when all is over.
        var left: UInt32 = .max
        var isFull = false
    }

    private enum Answer: Sendable {
        case held(String)
        case refused(String)
    }

    /// Answers so far: whoever disturbs the rush lets it get on in between.
    let answers = Mutex(0)
    private let region: Region
    private let slot: String
    private static let apps = (1...4).map { "APP\($0)" }
    private static let hospital = Region.institutions[0]
    private static let patience = CallOptions(timeout: .seconds(60))

    init(_ region: Region, slot: String) {
        self.region = region
        self.slot = slot
    }

    func run(_ count: Int) async throws -> Outcome {
        let group = try EventLoopGroup(count: 1)
        var channels: [ClientChannel] = []
        for app in Self.apps {
            try region.issue(.app, app, as: app, now: Int64(Date.now.timeIntervalSince1970))
            channels.append(try region.gatewayChannel(group, as: app))
        }
        let result: Result<Outcome, any Error>
        do { result = .success(try await rush(count, channels)) } catch { result = .failure(error) }
        for channel in channels { await channel.shutdown(grace: .zero) }
        await group.shutdown()
        return try result.get()
    }

    private func rush(_ count: Int, _ channels: [ClientChannel]) async throws -> Outcome {
        var outcome = Outcome()
        let start = ContinuousClock.now
        var (times, holders): ([Duration], [(hold: String, app: Int)]) = ([], [])
        try await withThrowingTaskGroup(of: (answer: Answer, app: Int, repeats: Int, time: Duration).self) { tasks in
            for person in 0..<count {
                let app = person % channels.count
                tasks.addTask { [self] in
                    let (answer, repeats) = try await hold(person, BookingV1.BookingServiceClient(channels[app]))
                    return (answer, app, repeats, start.duration(to: .now))
                }
            }
            for try await done in tasks {
                answers.withLock { $0 += 1 }
                times.append(done.time)
                outcome.repeats += done.repeats
                switch done.answer {
                case .held(let number):
                    outcome.holds.append(number)
                    holders.append((number, done.app))
                case .refused(let reason): outcome.refused[reason, default: 0] += 1
                }
            }
        }
        outcome.elapsed = start.duration(to: .now)
        outcome.latencies = Latencies(times)
        try await withThrowingTaskGroup(of: BookingV1.Booking.self) { tasks in
            for holder in holders { tasks.addTask { [self] in try await pay(holder.hold, channels[holder.app]) } }
            for try await booking in tasks {
                answers.withLock { $0 += 1 }
                outcome.queue.append(booking.queueNumber)
                outcome.receipts.append(booking.receiptNumber)
            }
        }
        let client = BookingV1.BookingServiceClient(channels[0])
        let tomorrow = BusinessDay(try UnixTime(seconds: Int64(Date.now.timeIntervalSince1970) + 86_400)).text
        let found = try await again { () async throws(RPCError) in
            try await client.listSlots(
                BookingV1.ListSlotsRequest(institutionCodes: [Self.hospital], dateFrom: tomorrow), options: Self.patience)
        }.value.slots.first { $0.scheduleID == slot }
        outcome.left = found?.left ?? .max
        outcome.isFull = found?.state == .full
        return outcome
    }

    private func hold(_ person: Int, _ client: BookingV1.BookingServiceClient) async throws -> (Answer, repeats: Int) {
        var attempt = 0
        while true {
            let request = BookingV1.HoldSlotRequest(
                requestID: "person-\(person)-\(attempt)", institutionCode: Self.hospital, scheduleID: slot, patientNumber: "P\(person)",
                payerClass: .selfPaid)
            do throws(RPCError) {
                let (response, repeats) = try await again { () async throws(RPCError) in
                    try await client.holdSlot(request, options: Self.patience)
                }
                return (.held(response.booking?.holdNumber ?? ""), repeats + attempt)
            } catch {
                // Given up inside, so nothing is held by it: another request may be made.
                guard error.errorInfo?.reason == "HOSPITAL_LATE" else { return (.refused(error.errorInfo?.reason ?? "\(error)"), attempt) }
                attempt += 1
            }
        }
    }

    /// Straight to the inside, as if a channel had the money; the booking once the HIS has posted it.
    private func pay(_ hold: String, _ channel: ClientChannel) async throws -> BookingV1.Booking {
        let now = Int64(Date.now.timeIntervalSince1970 * 1_000_000_000)
        let charge = GatewayV1.Charge(
            outTradeNo: hold, institutionCode: Self.hospital, amountFen: 1_500, channel: .wechatPay, channelTransactionID: "42\(hold)",
            paidAt: GoogleProtobuf.Timestamp(nanosecondsSince1970: now))
        let request = GatewayV1.Request(
            requestID: hold, deadline: GoogleProtobuf.Timestamp(nanosecondsSince1970: now + 600_000_000_000),
            command: .bookingFee(GatewayV1.BookingFee(charge: charge, holdNumber: hold)))
        let requests = GatewayV1.RequestServiceClient(channel)
        let seq = try await again { () async throws(RPCError) in
            try await requests.submitRequest(GatewayV1.SubmitRequestRequest(request: request), options: Self.patience)
        }.value.status?.seq
        let changes = try await requests.watchRequest(GatewayV1.WatchRequestRequest(seq: seq ?? .max), options: Self.patience)
        var last: GatewayV1.RequestStatus?
        while let change = try await changes.next() { last = change.status }
        guard last?.state == .posted else { throw HarnessError("\(hold) ended as \(String(describing: last))") }
        let client = BookingV1.BookingServiceClient(channel)
        let confirmed = try await again { () async throws(RPCError) in
            try await client.confirmBooking(
                BookingV1.ConfirmBookingRequest(institutionCode: Self.hospital, holdNumber: hold), options: Self.patience)
        }.value
        guard let booking = confirmed.booking else { throw HarnessError("\(hold) has no booking") }
        return booking
    }

    /// Repeats what the gateway could not do just then; every call here may be repeated.
    private func again<R>(_ call: () async throws(RPCError) -> R) async throws(RPCError) -> (value: R, repeats: Int) {
        var repeats = 0
        while true {
            do throws(RPCError) {
                return (try await call(), repeats)
            } catch {
                guard error.code == .unavailable || error.code == .resourceExhausted, repeats < 200 else { throw error }
                repeats += 1
                try? await Task.sleep(for: .milliseconds(Int.random(in: 20...200)))
            }
        }
    }
}
