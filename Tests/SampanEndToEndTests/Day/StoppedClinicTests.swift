import Foundation
import SampanAPI
import SampanDomain
import SampanFerry
import SampanHarness
import SampanRPC
import SampanServices
import SampanStorage
import StoreTestSupport
import Testing

extension EndToEnd {
    @Suite("Booking: a clinic that is stopped")
    struct StoppedClinicTests {
        @Test(
            "BK-06 RF-06: booked and paid over real processes, stopped, the gateway killed at once: told, refunded, and every book agrees")
        func stopped() async throws {
            try await withRegion(starts: false) { region in
                try await Self.plant(region)
                try await region.start()
                let stop = try await Hospital.at(region) { hospital in
                    var holds: [String] = []
                    for patient in 0..<3 { holds.append(try await Self.hold(hospital, "P\(patient)")) }
                    for (index, hold) in holds.prefix(2).enumerated() {
                        #expect(try await Self.pay(hospital, "SP\(index)", hold)?.state == .posted)
                        let booking = try await Self.confirm(hospital, hold)
                        #expect(booking?.queueNumber == UInt32(index + 1) && booking?.receiptNumber.isEmpty == false)
                    }
                    let stop = try await BookingV1.ClinicServiceClient(hospital.gateway).stopClinic(
                        BookingV1.StopClinicRequest(
                            requestID: "stop", institutionCode: hospital.institution, sessionID: "S1", reason: "王建国医生急诊手术"),
                        options: Hospital.patience
                    ).stop
                    #expect(stop?.bookings == 2 && stop?.holds == 1 && stop?.refundFen == 3_000)
                    return stop
                }
                // Whatever it has begun with: it goes on where it was.
                await region.gateway.kill()
                try await region.gateway.start()
                try await Hospital.at(region) { hospital in
                    for order in ["SP0", "SP1"] {
                        var payment: PaymentV1.Payment?
                        // A watch that began before the refund did ends with the posting.
                        while payment?.state != .refunded {
                            payment = try await hospital.outcome(of: order)
                            try await Waiting.moment()
                        }
                        #expect(payment?.reason == "CLINIC_STOPPED" && payment?.refundedFen == 1_500)
                    }
                    let notices = try await BookingV1.BookingServiceClient(hospital.gateway).listNotices(
                        BookingV1.ListNoticesRequest(), options: Hospital.patience
                    ).notices
                    #expect(notices.count == 3 && notices.allSatisfy { $0.message == "王建国医生急诊手术" && $0.kind == .stopped })
                    #expect(notices.reduce(0) { $0 + $1.refundFen } == stop?.refundFen)
                }
                await region.stop()
                try await Self.check(region)
            }
        }

        private static func check(_ region: Region) async throws {
            let books = try await DayBooks.read(region)
            #expect(books.equation.holds && books.equation.posted == .zero && books.equation.refunded == Money(fen: 3_000))
            #expect(books.ledgerFault == nil)
            let (inside, platform) = (
                String(decoding: books.hisLedger, as: UTF8.self), String(decoding: books.platformLedger, as: UTF8.self)
            )
            for order in ["SP0", "SP1"] {
                let lines = inside.split(separator: "\n").filter { $0.contains(",\(order),") }
                #expect(
                    lines.count == 2 && lines.contains { $0.contains(",CHARGE,1500,") } && lines.contains { $0.contains(",REVERSE,1500,") })
                #expect(platform.split(separator: "\n").contains { $0.hasPrefix("REFUND,\(order),") && $0.contains("REVERSED") })
            }
        }

        /// A clinic of tomorrow.
        private static func plant(_ region: Region) async throws {
            var seed = HISSeed.paymentDay
            let tomorrow = BusinessDay(try UnixTime(seconds: Int64(Date.now.timeIntervalSince1970) + 86_400))
            seed.sessions = [
                HISSeed.Session(
                    institution: Hospital.code, id: "S1", department: "03", day: tomorrow,
                    grid: try SlotGrid(session: 480..<720, length: 240, quota: 5))
            ]
            let store = try await HISStore.open(path: region.hisDatabase, seed: seed)
            await store.close()
        }

        private static func hold(_ hospital: Hospital, _ patient: String) async throws -> String {
            let held = try await BookingV1.BookingServiceClient(hospital.gateway).holdSlot(
                BookingV1.HoldSlotRequest(
                    requestID: "hold-\(patient)", institutionCode: hospital.institution, scheduleID: "S1-480", patientNumber: patient,
                    payerClass: .selfPaid), options: Hospital.patience
            ).booking
            return try #require(held?.holdNumber)
        }

        private static func pay(_ hospital: Hospital, _ order: String, _ hold: String) async throws -> PaymentV1.Payment? {
            var request = hospital.booking(order)
            request.holdNumber = hold
            let token = try await hospital.payments.payBookingFee(request, options: Hospital.patience).payment?.checkoutToken
            try await hospital.confirm(token ?? "")
            return try await hospital.outcome(of: order)
        }

        private static func confirm(_ hospital: Hospital, _ hold: String) async throws -> BookingV1.Booking? {
            try await BookingV1.BookingServiceClient(hospital.gateway).confirmBooking(
                BookingV1.ConfirmBookingRequest(institutionCode: hospital.institution, holdNumber: hold), options: Hospital.patience
            ).booking
        }
    }
}
