import SampanRPC
import Testing

@testable import SampanTransport

@Suite("Accounts of callers")
struct CallerLedgerTests {
    private static func limits(_ change: (inout LoadLimits) -> Void) -> LoadLimits {
        var limits = LoadLimits()
        change(&limits)
        return limits
    }

    @Test("one name, one account; so many calls are open at once, and one that has ended makes room")
    func concurrency() {
        let ledger = CallerLedger(Self.limits { $0.callsAtOnce = 2 })
        let (account, again) = (ledger.account(of: "a", at: 0), ledger.account(of: "a", at: 9))
        #expect(account === again && ledger.account(of: "b", at: 0) !== account)
        #expect(account.enter() && again.enter() && !account.enter() && !again.enter())
        #expect(account.openCalls == 2)
        account.leave()
        #expect(again.enter() && !again.enter())
    }

    @Test("the rate is of all loops together, and none where there is none")
    func rate() {
        let account = CallerAccount("a", Self.limits { ($0.callsPerSecond, $0.burst) = (10, 2) })
        #expect(account.takeToken(at: 1_000) == 0 && account.takeToken(at: 1_000) == 0)
        #expect(account.takeToken(at: 1_000) == 100_000_000 && !account.isIdle(at: 1_000))
        #expect(account.takeToken(at: 100_001_000) == 0)
        #expect(account.isIdle(at: 300_001_000))
        let free = CallerAccount("a", Self.limits { ($0.callsPerSecond, $0.callsAtOnce) = (0, 0) })
        for _ in 0..<50_000 { #expect(free.takeToken(at: 0) == 0 && free.enter()) }
    }

    @Test("there are so many accounts; idle ones make room, and where nobody is idle the new ones share one")
    func bounded() {
        let ledger = CallerLedger(Self.limits { ($0.maximumCallers, $0.callsAtOnce) = (3, 1) })
        let first = (0..<3).map { ledger.account(of: "\($0)", at: 0) }
        for account in first { #expect(account.enter()) }
        let (shared, also) = (ledger.account(of: "x", at: 0), ledger.account(of: "y", at: 0))
        #expect(shared === also && ledger.count == 3)
        #expect(shared.enter() && !also.enter())
        first[1].leave()
        let own = ledger.account(of: "x", at: 0)
        #expect(own !== shared && ledger.count == 3 && ledger.account(of: "0", at: 0) === first[0])
        for index in 0..<1_000 { _ = ledger.account(of: "n\(index)", at: Int64(index)) }
        #expect(ledger.count <= 3)
    }

    @Test(
        "what may be claimed, and what a method is that claims nothing",
        arguments: [
            ("a.S", "M", CallPriority.high), ("a.S", "N", .background), ("b.S", "M", .normal), ("a.SS", "M", .normal),
        ])
    func priorities(service: String, name: String, priority: CallPriority) throws {
        let limits = Self.limits { $0.priorities = ["a.S": .background, "a.S/M": .high] }
        #expect(limits.priority(of: MethodDescriptor(service: service, name: name, kind: .unary)) == priority)
        let ceilings = try PeerIdentity.Role.allCases.map { role in
            let identity = try PeerIdentity(trustDomain: "t", role: role, institution: "1", node: "n")
            return limits.ceiling(of: Peer(address: "h:1", identity: identity))
        }
        #expect(zip(PeerIdentity.Role.allCases, ceilings).allSatisfy { $1 == ($0 == .app ? .high : .critical) })
        #expect(limits.ceiling(of: Peer(address: "h:1")) == .normal)
    }

    @Test(
        "health, trust and registry are exempt, and nothing that is merely named like them",
        arguments: [
            ("grpc.health.v1.Health", true), ("sampan.trust.v1.TrustService", true), ("sampan.mesh.v1.RegistryService", true),
            ("sampan.payment.v1.PaymentService", false), ("sampan.trusted.v1.S", false), ("x.grpc.health.v1.Health", false), ("", false),
        ])
    func exempt(service: String, isExempt: Bool) {
        #expect(LoadLimits().isExempt(service) == isExempt)
        #expect(LoadLimits.none.isExempt(service))
    }

    @Test(
        "how a refusal reads",
        arguments: [
            (LoadRefusal.rate, 1, StatusCode.resourceExhausted, "1"), (.rate, 1_000_000, .resourceExhausted, "2"),
            (.rate, .max, .resourceExhausted, "999999999"), (.rate, -5, .resourceExhausted, "1"),
            (.concurrency, LoadRefusal.concurrencyWait, .resourceExhausted, "201"), (.retries, 0, .unavailable, "-1"),
            (.overload, 250_000_000, .unavailable, "251"),
        ] as [(LoadRefusal, Int64, StatusCode, String)])
    func refusals(refusal: LoadRefusal, wait: Int64, code: StatusCode, pushback: String) {
        let error = refusal.error(wait: wait)
        #expect(error.code == code && error.metadata[ascii: "grpc-retry-pushback-ms"] == pushback)
    }
}
