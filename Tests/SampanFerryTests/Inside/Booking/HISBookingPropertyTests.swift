import SampanAPI
import SampanDomain
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanFerry

@Suite("Bookings in the HIS, at random", .timeLimit(.minutes(20)))
struct HISBookingPropertyTests {
    private typealias Clinic = ClinicFixture
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    @Test(
        "BK-05 BK-06 BK-09 BK-10 whatever comes in whatever order, by a clock that jumps: no oversell, no double number, all sums match",
        arguments: [0xB00C_0001, 0xB00C_0002, 0xB00C_0003, nil] as [UInt64?])
    func anything(given: UInt64?) async throws {
        let seed = given ?? UInt64.random(in: 0 ... .max)
        print("bookings at random: seed \(seed)")
        var random = SeededRandom(seed: seed)
        let store = try await HISStore.open(path: directory.file(), seed: try Clinic.seed(quota: 6, length: 80))
        var now = Clinic.early
        var (holds, history): ([String], [(row: HISRequest, answer: String)]) = ([], [])
        var isStopped = false
        for step in 0..<400 {
            // Mostly on, sometimes back: the machines of a hospital are not in step.
            now = now.advanced(byNanoseconds: Int64.random(in: -30...60, using: &random) * 1_000_000_000)
            let held = holds.randomElement(using: &random) ?? "L2611180000000"
            let row: HISRequest
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<40:
                let slot = ["S1-480", "S1-560", "S1-640", "S2-840"].randomElement(using: &random) ?? ""
                row = try Clinic.hold(
                    "h\(step)", slot, patient: "P\(Int.random(in: 0..<30, using: &random))",
                    payer: Bool.random(using: &random) ? .insured : .selfPaid, lifetime: Int64.random(in: 60...300, using: &random))
            case 40..<75:
                row = try Clinic.pay("SP\(step)", hold: held, fen: [1_500, 500].randomElement(using: &random) ?? 1_500)
            case 75..<83: row = try Clinic.row("r\(step)", .booking(.release(try Clinic.place(held))))
            case 83..<90: row = try Clinic.row("c\(step)", .booking(.cancel(try Clinic.place(held))))
            case 90..<91 where step > 200:
                row = try Clinic.stop("s\(step)", session: Bool.random(using: &random) ? "S1" : "S2")
            default:
                // A row comes again: what it got before, it gets again.
                guard let again = history.randomElement(using: &random) else { continue }
                #expect(await store.answer(again.row, at: now) == again.answer, "seed \(seed), step \(step)")
                continue
            }
            let answer = await store.answer(row, at: now)
            history.append((row, answer))
            if answer.hasPrefix("L26"), row.requestID.text.hasPrefix("h") { holds.append(answer) }
            if answer.hasPrefix("T26") { isStopped = true }
            if step % 20 == 0 || step > 390 {
                let faults = try await store.faults()
                #expect(faults.isEmpty, "seed \(seed), step \(step)")
            }
        }
        // The run was about something.
        let bookings = history.count { $0.answer.hasPrefix("H26") }
        #expect(holds.count > 5 && bookings > 1, "seed \(seed): \(holds.count) holds, \(bookings) bookings, stopped \(isStopped)")
        await store.close()
    }
}
