import SampanDomain
import SampanStorage
import SampanTestSupport
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanRecords

/// Who has which passport: `P00001` is of person 1, and so on; `P9...` of nobody; `Q00001` is another paper of person 1.
private struct Papers: PaperRegister {
    struct Down: Error {}
    var isDown = false

    func person(of paper: IdentityPaper) async throws -> EnterpriseID? {
        if isDown { throw Down() }
        guard let number = Int64(paper.number.dropFirst()), number < 90_000 else { return nil }
        return try EnterpriseID(number)
    }
}

@Suite("Residents' sign-in (RE-09, ID-13)", .blocking, .timeLimit(.minutes(20)))
struct SignInTests {
    private static let app = "spiffe://test/app/4699010000/phone"
    private static let otherApp = "spiffe://test/app/4699010000/tablet"
    private static let papers = ["P00001", "P90001"]

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func fixture(_ time: SetTime = SetTime(RecordsFixture.start)) async throws -> RecordsFixture {
        try await RecordsFixture(path: directory.file(), time: time)
    }

    private func desk(_ fixture: RecordsFixture) -> SignInDesk { SignInDesk(fixture.records, papers: Papers()) }

    private func passport(_ number: String = "P00001") throws -> IdentityPaper { try IdentityPaper(kind: .passport, number: number) }

    private func digits(_ issued: IssuedSignIn) throws -> String {
        guard case .signIn(_, let digits, _) = issued.notice else { throw Papers.Down() }
        return digits
    }

    /// A wrong code beside this one.
    private func wrong(_ digits: String) -> String { digits == "000000" ? "000001" : "000000" }

    private func open(_ fixture: RecordsFixture, _ paper: String = "P00001", app: String = Self.app) async throws -> String {
        let issued = try await desk(fixture).requestCode(passport(paper), app: app)
        let outcome = try await desk(fixture).signIn(issued.ticket.id, digits: digits(issued), app: app)
        guard case .opened(let session, _) = outcome else { throw Papers.Down() }
        return session
    }

    private func refusal(_ outcome: SignInOutcome) -> CodeRefusal? {
        if case .refused(let refusal, _) = outcome { refusal } else { nil }
    }

    @Test("a code opens one session, once; a replay gets none; the session is the person's and says by what it was opened")
    func once() async throws {
        let fixture = try await fixture()
        let issued = try await desk(fixture).requestCode(passport(), app: Self.app)
        let digits = try digits(issued)
        #expect(issued.ticket.expiresAt == RecordsFixture.start.advanced(byNanoseconds: 300 * 1_000_000_000))
        let stranger = try await desk(fixture).signIn(issued.ticket.id, digits: digits, app: Self.otherApp)
        #expect(refusal(stranger) == .unknown, "another app's code")
        guard case .opened(let text, let session) = try await desk(fixture).signIn(issued.ticket.id, digits: digits, app: Self.app) else {
            Issue.record("not opened")
            return
        }
        #expect(text.utf8.count == 64 && session.person.number == 1 && session.level == .code)
        let replay = try await desk(fixture).signIn(issued.ticket.id, digits: digits, app: Self.app)
        #expect(refusal(replay) == .used)
        let found = try await desk(fixture).session(text, app: Self.app)
        #expect(found == session)
        for other in [text.uppercased(), String(text.dropLast()), "", String(repeating: "0", count: 64)] where other != text {
            await #expect(throws: SignInError.noSession) { _ = try await desk(fixture).session(other, app: Self.app) }
        }
        await #expect(throws: SignInError.noSession) { _ = try await desk(fixture).session(text, app: Self.otherApp) }
    }

    @Test("a paper of nobody is answered as one of somebody is: tickets, caps, refusals and rows are alike", arguments: Self.papers)
    func alike(paper: String) async throws {
        let time = SetTime(RecordsFixture.start)
        let fixture = try await fixture(time)
        var (states, refusals) = ([String](), [CodeRefusal?]())
        for round in 0..<4 {
            let issued = try await desk(fixture).requestCode(passport(paper), app: Self.app)
            #expect(issued.ticket.expiresAt == time.now.advanced(byNanoseconds: 300 * 1_000_000_000))
            let sent: String? = try? digits(issued)
            let bad = wrong(sent ?? "")
            for _ in 0..<(round == 3 ? 5 : 6) {
                refusals.append(refusal(try await desk(fixture).signIn(issued.ticket.id, digits: bad, app: Self.app)))
            }
            time.advance(seconds: 200)
        }
        let round: [CodeRefusal?] = [.wrong, .wrong, .wrong, .wrong, .exhausted, .exhausted]
        let all: [CodeRefusal?] = round + round + round + round.dropLast()
        #expect(refusals == all)
        await #expect(throws: SignInError.locked) { _ = try await desk(fixture).requestCode(passport(paper), app: Self.app) }
        states = try await fixture.records.database.read { transaction in
            try transaction.rows("SELECT state || length(sealed) || length(person) || length(code) FROM sign_in_codes") { row in
                try row.text(0)
            }
        }
        #expect(states.count == 4 && Set(states).count == 1, "\(states)")
        time.advance(seconds: 86_400)
        for _ in 0..<5 { _ = try await desk(fixture).requestCode(passport(paper), app: Self.app) }
        await #expect(throws: SignInError.tooMany(perPaper: true)) {
            _ = try await desk(fixture).requestCode(passport(paper), app: Self.otherApp)
        }
        time.advance(seconds: 600)
        _ = try await desk(fixture).requestCode(passport(paper), app: Self.app)
    }

    @Test("wrong tries are durable over a restart; the right code after them opens nothing")
    func tries() async throws {
        var fixture = try await fixture()
        let issued = try await desk(fixture).requestCode(passport(), app: Self.app)
        let digits = try digits(issued)
        for presented in [wrong(digits), "12345", "", "１２３４５６"] {
            #expect(refusal(try await desk(fixture).signIn(issued.ticket.id, digits: presented, app: Self.app)) == .wrong)
        }
        await fixture.close()
        fixture = try await self.fixture()
        #expect(refusal(try await desk(fixture).signIn(issued.ticket.id, digits: wrong(digits), app: Self.app)) == .exhausted)
        #expect(refusal(try await desk(fixture).signIn(issued.ticket.id, digits: digits, app: Self.app)) == .exhausted)
    }

    @Test("one person's codes are capped over all papers: from then on nothing is sent, the answers stay, and the code is never right")
    func otherPaper() async throws {
        let fixture = try await fixture()
        for _ in 0..<5 { #expect(try await desk(fixture).requestCode(passport("P00001"), app: Self.app).notice != nil) }
        let issued = try await desk(fixture).requestCode(passport("Q00001"), app: Self.app)
        #expect(issued.notice == nil && issued.person?.number == 1)
        #expect(refusal(try await desk(fixture).signIn(issued.ticket.id, digits: "000000", app: Self.app)) == .wrong)
    }

    @Test("a citizen's number is one paper, on whichever card it stands")
    func citizen() async throws {
        let fixture = try await fixture()
        let names = fixture.records.names
        let (card, book) = (
            try IdentityPaper(kind: .citizenCard, number: "11010519491231002X"),
            try IdentityPaper(kind: .householdBook, number: "11010519491231002X")
        )
        let (one, other) = (try names.paper(card), try names.paper(book))
        #expect(one == other)
        let (pass, permit) = (
            try names.paper(passport("H12345678")), try names.paper(IdentityPaper(kind: .hongKongMacaoPermit, number: "H12345678"))
        )
        #expect(pass != permit)
    }

    @Test("an app has its own cap; an index that is down refuses everybody")
    func apps() async throws {
        let fixture = try await fixture()
        for number in 0..<SignInDesk.mostPerApp {
            _ = try await desk(fixture).requestCode(passport("P\(10_000 + number)"), app: Self.app)
        }
        await #expect(throws: SignInError.tooMany(perPaper: false)) { _ = try await desk(fixture).requestCode(passport(), app: Self.app) }
        _ = try await desk(fixture).requestCode(passport(), app: Self.otherApp)
        fixture.time.advance(seconds: 60)
        _ = try await desk(fixture).requestCode(passport(), app: Self.app)
        let down = SignInDesk(fixture.records, papers: Papers(isDown: true))
        await #expect(throws: SignInError.indexUnavailable) { _ = try await down.requestCode(passport(), app: Self.app) }
    }

    @Test("another code of the same app voids the first; one that was not sent is void")
    func replaced() async throws {
        let fixture = try await fixture()
        let first = try await desk(fixture).requestCode(passport(), app: Self.app)
        let second = try await desk(fixture).requestCode(passport(), app: Self.app)
        #expect(refusal(try await desk(fixture).signIn(first.ticket.id, digits: digits(first), app: Self.app)) == .replaced)
        try await desk(fixture).void(second.ticket)
        #expect(refusal(try await desk(fixture).signIn(second.ticket.id, digits: digits(second), app: Self.app)) == .replaced)
    }

    @Test("a session ends after half an hour without a call, and after eight hours at the most; boundaries to the nanosecond")
    func expiry() async throws {
        let time = SetTime(RecordsFixture.start)
        let fixture = try await fixture(time)
        let text = try await open(fixture)
        func at(_ nanoseconds: Int64) { time.set(RecordsFixture.start.advanced(byNanoseconds: nanoseconds)) }
        at(ResidentSession.idleLife - 1)
        _ = try await desk(fixture).session(text, app: Self.app)
        var now = ResidentSession.idleLife - 1
        while now + ResidentSession.idleLife - 1 < ResidentSession.longestLife {
            now += ResidentSession.idleLife - 1
            at(now)
            _ = try await desk(fixture).session(text, app: Self.app)
        }
        at(ResidentSession.longestLife - 1)
        _ = try await desk(fixture).session(text, app: Self.app)
        at(ResidentSession.longestLife)
        await #expect(throws: SignInError.noSession) { _ = try await desk(fixture).session(text, app: Self.app) }
        let other = try await open(fixture)
        time.set(time.now.advanced(byNanoseconds: ResidentSession.idleLife))
        await #expect(throws: SignInError.noSession) { _ = try await desk(fixture).session(other, app: Self.app) }
    }

    @Test("a clock that is set back revives neither code nor session, not even over a restart")
    func clockSetBack() async throws {
        let time = SetTime(RecordsFixture.start)
        var fixture = try await fixture(time)
        let text = try await open(fixture)
        let issued = try await desk(fixture).requestCode(passport("P00002"), app: Self.app)
        time.advance(seconds: 1_800)
        await #expect(throws: SignInError.noSession) { _ = try await desk(fixture).session(text, app: Self.app) }
        for restart in [false, true] {
            if restart {
                await fixture.close()
                fixture = try await self.fixture(time)
            }
            time.set(RecordsFixture.start)
            await #expect(throws: SignInError.noSession) { _ = try await desk(fixture).session(text, app: Self.app) }
            #expect(refusal(try await desk(fixture).signIn(issued.ticket.id, digits: digits(issued), app: Self.app)) == .expired)
        }
    }

    @Test("signing out ends at once and for good, twice is once; another app ends nothing; a session lives over a restart")
    func signOut() async throws {
        var fixture = try await fixture()
        let text = try await open(fixture)
        let stranger = try await desk(fixture).signOut(text, app: Self.otherApp)
        #expect(stranger == nil)
        await fixture.close()
        fixture = try await self.fixture()
        _ = try await desk(fixture).session(text, app: Self.app)
        let ended = try await desk(fixture).signOut(text, app: Self.app)
        #expect(ended?.number == 1)
        let again = try await desk(fixture).signOut(text, app: Self.app)
        #expect(again == nil)
        await #expect(throws: SignInError.noSession) { _ = try await desk(fixture).session(text, app: Self.app) }
        await fixture.close()
        fixture = try await self.fixture()
        await #expect(throws: SignInError.noSession) { _ = try await desk(fixture).session(text, app: Self.app) }
    }

    @Test("of one person's sessions the oldest ends when there is a ninth; another's are left alone")
    func most() async throws {
        let time = SetTime(RecordsFixture.start)
        let fixture = try await fixture(time)
        let other = try await open(fixture, "P00002")
        var texts: [String] = []
        for _ in 0...SignInDesk.mostSessions {
            time.advance(seconds: 150)
            texts.append(try await open(fixture))
        }
        await #expect(throws: SignInError.noSession) { _ = try await desk(fixture).session(texts[0], app: Self.app) }
        for text in texts.dropFirst() + [other] { _ = try await desk(fixture).session(text, app: Self.app) }
    }

    @Test("the file has neither digits, nor session, nor paper, nor app")
    func readable() async throws {
        let fixture = try await fixture()
        let issued = try await desk(fixture).requestCode(passport("P00077"), app: Self.app)
        let digits = try digits(issued)
        guard case .opened(let text, _) = try await desk(fixture).signIn(issued.ticket.id, digits: digits, app: Self.app) else { return }
        let columns = try await fixture.records.database.read { transaction in
            try transaction.rows(
                """
                SELECT hex(name) || hex(paper) || hex(person) || hex(app) || hex(code) || hex(sealed) FROM sign_in_codes
                UNION ALL SELECT hex(token) || hex(person) || hex(app) || hex(sealed) FROM resident_sessions
                """
            ) { row in try row.text(0) }
        }
        #expect(columns.count == 2)
        for secret in [digits, text, "P00077", Self.app] {
            let pattern = Hexadecimal.text(Array(secret.utf8))
            #expect(columns.allSatisfy { !$0.contains(pattern) && !$0.contains(text.uppercased()) })
        }
    }

    @Test("a row that somebody changes opens no session: moved to another person, app, token or level")
    func tampered() async throws {
        let fixture = try await fixture()
        let (text, other) = (try await open(fixture), try await open(fixture, "P00002"))
        try await fixture.records.database.write { transaction in
            try transaction.execute(
                """
                UPDATE resident_sessions SET person = (SELECT person FROM resident_sessions ORDER BY id DESC LIMIT 1)
                WHERE id = (SELECT MIN(id) FROM resident_sessions)
                """)
        }
        await #expect(throws: SignInError.records(.damaged("a row of resident_sessions"))) {
            _ = try await desk(fixture).session(text, app: Self.app)
        }
        try await fixture.records.database.write { transaction in
            try transaction.execute("UPDATE resident_sessions SET opened_at = opened_at + 1")
        }
        await #expect(throws: SignInError.records(.damaged("a session"))) { _ = try await desk(fixture).session(other, app: Self.app) }
    }

    @Test("one code presented by many at once opens one session")
    func race() async throws {
        let fixture = try await fixture()
        let issued = try await desk(fixture).requestCode(passport(), app: Self.app)
        let (desk, digits) = (desk(fixture), try digits(issued))
        let opened = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    if case .opened = try await desk.signIn(issued.ticket.id, digits: digits, app: Self.app) { true } else { false }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(opened == 1)
    }
}
