import SampanDomain
import Testing

@Suite("Values of booking")
struct BookingValuesTests {
    private func fen(_ fen: Int64) -> Money { Money(fen: fen) }

    @Test(
        "BK-12 slots cover their session, do not overlap, and share its quota",
        arguments: [
            (480..<720, 60, 50, 4), (480..<720, 7, 50, 35), (480..<481, 1, 1, 1), (0..<1_440, 1_440, 0, 1), (0..<1_440, 1, 3, 1_440),
            (480..<725, 60, 10, 5),
        ] as [(Range<Int64>, Int64, Int64, Int)])
    func grid(session: Range<Int64>, length: Int64, quota: Int64, count: Int) throws {
        let slots = try SlotGrid(session: session, length: length, quota: quota).slots
        #expect(slots.count == count && slots.first?.minutes.lowerBound == session.lowerBound)
        #expect(slots.last?.minutes.upperBound == session.upperBound && slots.reduce(0) { $0 + $1.quota } == quota)
        for (slot, next) in zip(slots, slots.dropFirst()) {
            #expect(slot.minutes.upperBound == next.minutes.lowerBound && slot.quota - next.quota <= 1 && slot.quota >= next.quota)
        }
    }

    @Test(
        "BK-12 a session that is no part of a day, or a length that does not go in, is refused",
        arguments: [
            (480..<480, 10, 1), (-1..<60, 10, 1), (480..<1_441, 10, 1), (480..<490, 0, 1), (480..<490, 11, 1), (480..<490, -5, 1),
            (480..<490, 5, -1), (480..<490, 5, 100_001),
        ] as [(Range<Int64>, Int64, Int64)])
    func noGrid(session: Range<Int64>, length: Int64, quota: Int64) {
        #expect(throws: DomainError.self) { try SlotGrid(session: session, length: length, quota: quota) }
    }

    @Test(
        "BK-09 the parts of a visit's fee sum to the total, whoever pays",
        arguments: [
            (100, 1_400, 1_000, PayerClass.selfPaid, 0, 1_500), (100, 1_400, 1_000, .insured, 1_000, 500), (0, 0, 0, .insured, 0, 0),
            (1, 0, 9_999, .insured, 1, 0), (333, 334, 0, .insured, 0, 667),
            (100_000_000, 100_000_000, 100_000_000, .insured, 100_000_000, 100_000_000),
        ] as [(Int64, Int64, Int64, PayerClass, Int64, Int64)])
    func visitFee(registration: Int64, consultation: Int64, insured: Int64, payer: PayerClass, insurer: Int64, own: Int64) throws {
        let fee = try VisitFee(registration: fen(registration), consultation: fen(consultation), insured: fen(insured), payer: payer)
        #expect(fee.insurer == fen(insurer) && fee.own == fen(own))
        #expect(fee.registration.fen + fee.consultation.fen == fee.total.fen && fee.insurer.fen + fee.own.fen == fee.total.fen)
    }

    @Test("a part of a fee below zero or beyond a million yuan is refused", arguments: [-1, 100_000_001] as [Int64])
    func noVisitFee(part: Int64) {
        for position in 0..<3 {
            #expect(throws: DomainError.self) {
                try VisitFee(
                    registration: fen(position == 0 ? part : 1), consultation: fen(position == 1 ? part : 1),
                    insured: fen(position == 2 ? part : 1), payer: .insured)
            }
        }
    }

    @Test(
        "FE-03 self + insurer + relief = total; relief is never below zero, nor anything else",
        arguments: [
            (100, 30, 20, 50, 30, 20), (100, 0, 0, 100, 0, 0), (100, 200, 50, 0, 100, 0), (100, 80, 50, 0, 80, 20),
            (100, -5, -7, 100, 0, 0),
            (0, 5, 5, 0, 0, 0), (.max, .max, .max, 0, .max, 0), (100, 30, -1, 70, 30, 0),
        ] as [(Int64, Int64, Int64, Int64, Int64, Int64)])
    func bill(total: Int64, insurer: Int64, relief: Int64, own: Int64, insurerPart: Int64, reliefPart: Int64) throws {
        let shares = try BillShares(total: fen(total), insurer: fen(insurer), relief: fen(relief))
        #expect(shares.own == fen(own) && shares.insurer == fen(insurerPart) && shares.relief == fen(reliefPart))
        #expect(shares.own.fen + shares.insurer.fen + shares.relief.fen == total)
    }

    @Test("bills add up, and a bill below zero is none")
    func sums() throws {
        let one = try BillShares(total: fen(100), insurer: fen(30), relief: fen(20))
        let two = try BillShares(total: fen(7), insurer: fen(0), relief: fen(7))
        let both = try one.adding(two)
        #expect(both.total == fen(107) && both.insurer == fen(30) && both.relief == fen(27) && both.own == fen(50))
        #expect(throws: DomainError.self) { try BillShares(total: fen(-1), insurer: fen(0), relief: fen(0)) }
        #expect(throws: DomainError.self) { try BillShares(total: fen(.max), insurer: .zero, relief: .zero).adding(one) }
    }

    @Test(
        "BK-02 a visitor rule hides a department by what is known, and by nothing else",
        arguments: [
            (nil, nil, true), (3, nil, true), (14, 1, true), (15, nil, false), (40, 2, false), (nil, 2, true), (0, 1, true),
        ] as [(Int64?, Int64?, Bool)])
    func children(age: Int64?, sex: Int64?, fits: Bool) throws {
        let rule = try BookingRule(id: "r", kind: .visitor, isEnabled: true, department: "07", maximumAge: 14)
        #expect(rule.fits(age: age, sex: sex) == fits)
        let off = try BookingRule(id: "r", kind: .visitor, isEnabled: false, department: "07", maximumAge: 14)
        #expect(off.fits(age: age, sex: sex))
        let women = try BookingRule(id: "w", kind: .visitor, isEnabled: true, department: "05", sex: 2)
        #expect(women.fits(age: age, sex: sex) == (sex != 1))
    }

    @Test("a rule that could never be followed is refused")
    func noRules() {
        let wrong: [() throws -> BookingRule] = [
            { try BookingRule(id: "", kind: .selfPaidOnly, isEnabled: true, department: nil) },
            { try BookingRule(id: "r", kind: .visitor, isEnabled: true, department: nil) },
            { try BookingRule(id: "r", kind: .selfPaidOnly, isEnabled: true, department: "07") },
            { try BookingRule(id: "r", kind: .visitor, isEnabled: true, department: "07", minimumAge: 15, maximumAge: 14) },
            { try BookingRule(id: "r", kind: .visitor, isEnabled: true, department: "07", minimumAge: -1) },
            { try BookingRule(id: "r", kind: .visitor, isEnabled: true, department: "07", maximumAge: 201) },
            { try BookingRule(id: "r", kind: .visitor, isEnabled: true, department: "07", sex: 3) },
            { try BookingRule(id: "r", kind: .suggestion, isEnabled: true, department: "07") },
            { try BookingRule(id: "r", kind: .visitor, isEnabled: true, department: "07", keyword: "发热") },
            { try BookingRule(id: "r", kind: .suggestion, isEnabled: true, department: "07", keyword: "发热", weight: -1) },
        ]
        for make in wrong { #expect(throws: DomainError.self) { try make() } }
    }
}
