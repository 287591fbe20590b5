import SampanDomain
import SampanStorage
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanLedger

@Suite("Random events against a naive model", .blocking, .timeLimit(.minutes(20)))
struct LedgerPropertyTests {
    private static let accounts: [LedgerAccount] = [
        .channelClearing(.wechatPay), .channelClearing(.alipay), .customerPrepayment, .refundsInFlight(.wechatPay),
        .hospitalPayable(hospital()), .bank(hospital()), .suspense,
    ]

    /// What was seen at a moment, to be asked for again later.
    private struct Observation {
        let moment: UnixTime
        let balances: [Int64]
    }

    private struct Run {
        let bench: LedgerBench
        var random: SeededRandom
        var model = LedgerModel()
        var now = noon
        var observations: [Observation] = []
        var counts: [String: Int] = [:]

        mutating func pick<T>(_ all: [T]) -> T? { all.randomElement(using: &random) }
    }

    @Test("invariants after every step, books of every past moment", arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func events(seed: UInt64) async throws {
        var run = Run(bench: try LedgerBench(), random: SeededRandom(seed: seed))
        for step in 0..<220 {
            // Mostly forward, sometimes not at all, sometimes back.
            run.now = run.now.advanced(byNanoseconds: Int64.random(in: -3_000_000_000...20_000_000_000, using: &run.random) / 2)
            switch Int.random(in: 0..<14, using: &run.random) {
            case 0...4: try await Self.post(&run, step)
            case 5: try await Self.replay(&run)
            case 6: try await Self.reverse(&run, step)
            case 7...8: try await Self.place(&run, step)
            case 9...10: try await Self.postHold(&run)
            case 11: try await Self.voidHold(&run)
            case 12: try await Self.expire(&run)
            default: try await Self.rollBack(&run, step)
            }
            try await Self.check(&run, "seed \(seed), step \(step)")
        }
        // The run has seen what it is about.
        for kind in ["posted", "refused", "replayed", "reused", "reversed", "held", "hold posted", "voided", "expired", "rolled back"] {
            #expect(run.counts[kind, default: 0] > 0, "seed \(seed): nothing was \(kind)")
        }
        print("ledger property: seed \(seed): \(run.model.entries.count) entries, \(run.counts.sorted { $0.key < $1.key })")
    }

    private static func check(_ run: inout Run, _ place: Comment) async throws {
        let (bench, model) = (run.bench, run.model)
        let fault = try await bench.fault()
        try #require(fault == nil, place)
        let trial = try await bench.read { ledger, tx in try ledger.trialBalance(tx) }
        try #require(trial.isBalanced, place)
        var balances: [Int64] = []
        for account in accounts {
            let balance = try await bench.read { ledger, tx in try ledger.balance(of: account, tx) }
            try #require(balance.balance.fen == model.balance(of: account), place)
            if let available = balance.available { try #require(available.fen == model.available(account), place) }
            try #require(!account.isGuarded || model.available(account) >= 0, place)
            balances.append(balance.balance.fen)
        }
        if let last = model.entries.last { run.observations.append(Observation(moment: last.recordedAt, balances: balances)) }
        // Any moment of the past is as it was seen then; any day as the model says.
        if let seen = run.pick(run.observations) {
            for (account, balance) in zip(accounts, seen.balances) {
                let then = try await bench.balance(account, at: .recorded(seen.moment))
                try #require(then == balance, place)
            }
        }
        let day = BusinessDay(noon.advanced(byNanoseconds: Int64.random(in: -3...3, using: &run.random) * 86_400_000_000_000))
        if let account = run.pick(accounts) {
            let (debits, credits) = model.totals(of: account, at: .booked(day))
            let booked = try await bench.read { ledger, tx in try ledger.balance(of: account, at: .booked(day), tx) }
            try #require(booked.debits.fen == debits && booked.credits.fen == credits, place)
            let statement = try await bench.read { ledger, tx in try ledger.statement(of: account, at: .booked(day), tx) }
            try #require(statement.closing == booked.balance, place)
        }
    }

    // MARK: Steps

    /// Two to four lines between accounts, on a day around.
    private static func entry(_ run: inout Run, _ key: String) throws -> NewEntry {
        let count = Int.random(in: 2...4, using: &run.random)
        let chosen = accounts.shuffled(using: &run.random).prefix(count)
        var lines = chosen.dropLast().map { LedgerLine($0, money(Int64.random(in: -200...300, using: &run.random) | 1)) }
        let sum = lines.reduce(0) { $0 + $1.amount.fen }
        if sum == 0 { lines.removeLast() }
        if let last = chosen.last { lines.append(LedgerLine(last, money(sum == 0 ? -lines.reduce(0) { $0 + $1.amount.fen } : -sum))) }
        let day = BusinessDay(noon.advanced(byNanoseconds: Int64.random(in: -2...2, using: &run.random) * 86_400_000_000_000))
        return try NewEntry(key: key, event: .correction, day: day, lines: lines, reason: "", actor: "model")
    }

    private static func post(_ run: inout Run, _ step: Int) async throws {
        let entry = try entry(&run, "k\(step)")
        let expected = run.model.refusal(entry)
        do throws(LedgerError) {
            let booked = try await run.bench.post(entry, now: run.now)
            #expect(expected == nil && booked.content == entry)
            run.model.append(entry, now: run.now)
            #expect(booked.recordedAt == run.model.entries.last?.recordedAt && booked.number == Int64(run.model.entries.count))
            run.counts["posted", default: 0] += 1
        } catch {
            #expect(error == expected)
            run.counts["refused", default: 0] += 1
        }
    }

    private static func replay(_ run: inout Run) async throws {
        guard let known = run.pick(run.model.entries.filter { $0.content.reverses == nil && run.model.hold($0.content.key) == nil }) else {
            return
        }
        let number = run.model.number(of: known.content.key)
        #expect(try await run.bench.post(known.content, now: run.now).number == number)
        run.counts["replayed", default: 0] += 1
        let other = try entry(&run, known.content.key)
        guard other != known.content else { return }
        let (bench, now) = (run.bench, run.now)
        await #expect(throws: LedgerError.keyReused(key: other.key, entry: number ?? 0)) { try await bench.post(other, now: now) }
        run.counts["reused", default: 0] += 1
    }

    private static func reverse(_ run: inout Run, _ step: Int) async throws {
        guard let place = run.model.entries.indices.randomElement(using: &run.random) else { return }
        let (number, content, now) = (Int64(place + 1), run.model.entries[place].content, run.now)
        let earlier = run.model.entries.firstIndex { $0.content.reverses == number }
        let mirror = try NewEntry(
            key: "r\(step)", event: .reversal, day: day, lines: content.lines.map { LedgerLine($0.account, try $0.amount.negated()) },
            reason: "", actor: "model", reverses: number)
        let expected: LedgerError? =
            content.reverses != nil
            ? .reversalOfReversal(number) : earlier.map { .alreadyReversed(by: Int64($0 + 1)) } ?? run.model.refusal(mirror)
        do throws(LedgerError) {
            try await run.bench.write { ledger, tx in
                try ledger.reverse(number, key: mirror.key, day: day, reason: "", actor: "model", now: now, tx)
            }
            #expect(expected == nil)
            run.model.append(mirror, now: now)
            run.counts["reversed", default: 0] += 1
        } catch {
            #expect(error == expected)
        }
    }

    private static func place(_ run: inout Run, _ step: Int) async throws {
        let pair = accounts.shuffled(using: &run.random)
        let (debit, credit, now) = (pair[0], pair[1], run.now)
        let fen = Int64.random(in: 1...200, using: &run.random)
        let lifetime = Int64.random(in: 0...60_000_000_000, using: &run.random)
        let hold = try NewHold(
            key: "h\(step)", event: .correction, debit: debit, credit: credit, amount: money(fen),
            expiresAt: Bool.random(using: &run.random) ? now.advanced(byNanoseconds: lifetime) : nil, reason: "", actor: "model")
        let goesOff = [debit].filter { !$0.kind.isDebitNormal } + [credit].filter(\.kind.isDebitNormal)
        let lacking = goesOff.first { $0.isGuarded && run.model.available($0) < fen }
        do throws(LedgerError) {
            let placed = try await run.bench.write { ledger, tx in try ledger.place(hold, now: now, tx) }
            #expect(lacking == nil && placed.number == Int64(run.model.holds.count + 1))
            run.model.holds.append(LedgerModel.Hold(content: hold))
            run.counts["held", default: 0] += 1
        } catch {
            #expect(error == lacking.map { .insufficient($0, available: money(run.model.available($0)), needed: money(fen)) })
        }
    }

    private static func postHold(_ run: inout Run) async throws {
        guard let place = run.model.holds.indices.randomElement(using: &run.random) else { return }
        let (hold, now) = (run.model.holds[place], run.now)
        let part = money(Int64.random(in: 1...hold.content.amount.fen, using: &run.random))
        let entry = try NewEntry(
            key: hold.content.key, event: .correction, day: day,
            lines: [.debit(hold.content.debit, part), .credit(hold.content.credit, part)], reason: "", actor: "model")
        var after = run.model
        after.holds[place].outcome = .posted(entry: Int64(run.model.entries.count + 1))
        let expected: LedgerError? =
            switch hold.outcome {
            case .posted(let number)?: run.model.entries[Int(number - 1)].content == entry ? nil : .keyReused(key: entry.key, entry: number)
            case let outcome?: .holdEnded(outcome)
            case nil: hold.content.expiresAt.flatMap { now >= $0 ? .holdOverdue(since: $0) : nil } ?? after.refusal(entry)
            }
        do throws(LedgerError) {
            try await run.bench.write { ledger, tx in
                try ledger.postHold(hold.content.key, amount: part, day: day, actor: "model", now: now, tx)
            }
            #expect(expected == nil)
            guard hold.outcome == nil else { return }
            run.model = after
            run.model.append(entry, now: now)
            run.counts["hold posted", default: 0] += 1
        } catch {
            #expect(error == expected)
        }
    }

    private static func voidHold(_ run: inout Run) async throws {
        guard let place = run.model.holds.indices.randomElement(using: &run.random) else { return }
        let (hold, now) = (run.model.holds[place], run.now)
        do throws(LedgerError) {
            try await run.bench.write { ledger, tx in try ledger.voidHold(hold.content.key, actor: "model", now: now, tx) }
            #expect(hold.outcome == nil || hold.outcome == .voided)
            run.model.holds[place].outcome = .voided
            run.counts["voided", default: 0] += 1
        } catch {
            #expect(error == hold.outcome.map { .holdEnded($0) } && hold.outcome != .voided)
        }
    }

    private static func expire(_ run: inout Run) async throws {
        let now = run.now
        let due = run.model.holds.indices.filter { place in
            let hold = run.model.holds[place]
            return hold.outcome == nil && hold.content.expiresAt.map { now >= $0 } ?? false
        }
        let listed = try await run.bench.read { ledger, tx in try ledger.overdueHolds(now: now, tx).map(\.content.key) }
        let swept = try await run.bench.write { ledger, tx in
            try ledger.expireHolds(actor: "model", now: now, tx).map(\.content.key)
        }
        #expect(listed == swept && Set(swept) == Set(due.map { run.model.holds[$0].content.key }))
        for place in due { run.model.holds[place].outcome = .expired }
        run.counts["expired", default: 0] += due.count
    }

    /// A transaction of several parts whose last one fails, or which its caller gives up: nothing of it stays.
    private static func rollBack(_ run: inout Run, _ step: Int) async throws {
        let (entry, now) = (try entry(&run, "never\(step)"), run.now)
        struct GivenUp: Error {}
        let database = run.bench.database
        let error = await #expect(throws: StorageError.self) {
            try await database.write { tx in
                _ = try? LedgerBench.ledger.post(entry, now: now, tx)
                let hold = try NewHold(
                    key: "never\(step)", event: .correction, debit: .suspense, credit: .bank(hospital()), amount: money(5), expiresAt: nil,
                    reason: "", actor: "model")
                try LedgerBench.ledger.place(hold, now: now, tx)
                throw GivenUp()
            }
        }
        #expect(error?.kind == .misuse)
        run.counts["rolled back", default: 0] += 1
    }
}
