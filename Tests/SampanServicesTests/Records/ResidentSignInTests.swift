import SampanAPI
import SampanDomain
import SampanFerry
import SampanMesh
import SampanRPC
import SampanRecords
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanServices

@Suite("Residents sign in (RE-09, ID-13)", .blocking, .timeLimit(.minutes(20)))
struct ResidentSignInTests {
    private let bench: ResidentBench
    private let person: Int64

    init() async throws {
        bench = try await ResidentBench()
        person = try await bench.register("P00001")
    }

    @Test("every answer of RequestSignIn is alike: somebody and nobody; so are its entries in the log, and its caps")
    func alike() async throws {
        var answers: [String: [String]] = [:]
        for passport in ["P00001", "P90001"] {
            for _ in 0..<6 {
                let answer = await ResidentBench.refusal {
                    let answer = try await bench.ask(passport)
                    #expect(answer.signInID.utf8.count == 32)
                    #expect(answer.expiresAt == bench.fixture.time.now.advanced(byNanoseconds: 300_000_000_000).message)
                }
                answers[passport, default: []].append(answer)
            }
        }
        #expect(answers["P00001"] == Array(repeating: "done", count: 5) + ["RESOURCE_EXHAUSTED TOO_MANY_CODES"])
        #expect(answers["P00001"] == answers["P90001"])
        #expect(bench.log.all.count == 10 && bench.log.all.allSatisfy { $0.reason == "CODE_MADE" })
        // Each is held back to a whole step of a tenth of a second.
        #expect(bench.pauses.all.count == 12 && bench.pauses.all.allSatisfy { $0 > .zero && $0 <= .milliseconds(100) })
        for (type, number) in [("01", "110105194912310021"), ("03", ""), ("77", "P00001")] {
            let refusal = await ResidentBench.refusal {
                _ = try await bench.residents().requestSignIn(RecordsV1.RequestSignInRequest(idType: type, idNumber: number))
            }
            #expect(refusal == "INVALID_ARGUMENT -")
        }
    }

    @Test("an answer does not wait for the phone; a code that could not be sent is void")
    func beside() async throws {
        await bench.phones.stop()
        let stuck = try await bench.ask("P00001")
        await bench.phones.goOn()
        let digits = await bench.phones.digits()
        _ = try await bench.residents().signIn(RecordsV1.SignInRequest(signInID: stuck.signInID, code: digits))
        await bench.phones.breakDown(true)
        _ = try await bench.ask("P00001")
        var state = "waiting"
        while state == "waiting" {
            await Task.yield()
            let answer = await ResidentBench.refusal {
                _ = try await bench.residents().signIn(RecordsV1.SignInRequest(signInID: String(repeating: "0", count: 32), code: "1"))
            }
            #expect(answer == "NOT_FOUND CODE_UNKNOWN")
            state = try await bench.fixture.latestSignInState()
        }
        #expect(state == "replaced")
    }

    @Test("ID-13 signing in is a leaf that tells how sure it is; wrong codes are leaves, and durable; a code is used once")
    func signIn() async throws {
        let asked = try await bench.ask("P00001")
        let digits = await bench.phones.digits()
        let bad = digits == "000000" ? "000001" : "000000"
        func present(_ code: String, node: String = "phone") async -> String {
            await ResidentBench.refusal {
                let answer = try await bench.residents(node: node).signIn(
                    RecordsV1.SignInRequest(signInID: asked.signInID, code: code))
                #expect(answer.enterpriseID == person && answer.session.utf8.count == 64)
            }
        }
        #expect(await present(bad) == "PERMISSION_DENIED CODE_WRONG")
        #expect(await present(digits, node: "tablet") == "NOT_FOUND CODE_UNKNOWN")
        #expect(await present(digits) == "done")
        #expect(await present(digits) == "FAILED_PRECONDITION CODE_USED")
        #expect(
            try bench.leaves(about: person) == [
                "request-code permit CODE_MADE", "sign-in deny CODE_WRONG", "sign-in permit LEVEL_CODE", "sign-in deny CODE_USED",
            ])
        #expect(bench.log.all.allSatisfy { $0.access == nil || $0.access?.role == "resident" })
    }

    @Test("RE-17 AuditService.ListReaders asks the sessions: the own app's, no other")
    func listReaders() async throws {
        let session = try await bench.signIn("P00001")
        let residents = ResidentSessions(
            SignInDesk(bench.fixture.records, papers: IndexedResidents(bench.index, now: { RecordsFixture.start })),
            patients: IndexedPatients(bench.index))
        func asked(_ role: PeerIdentity.Role, _ node: String, _ session: String) async -> String {
            await ResidentBench.refusal {
                let identity = try PeerIdentity(trustDomain: "region.example", role: role, institution: ResidentBench.platform, node: node)
                let context = CallContext(
                    method: RecordsV1.ResidentServiceMethods.listReadings,
                    peer: Peer(address: "in-process", identity: identity, certificateHash: []), requestMetadata: Metadata(),
                    deadline: .now + .seconds(60))
                let found = try await residents.person(of: session, context)
                #expect(found.number == person)
            }
        }
        #expect(await asked(.app, "phone", session) == "done")
        #expect(await asked(.app, "tablet", session) == "UNAUTHENTICATED NO_SESSION")
        #expect(await asked(.hospital, "phone", session) == "PERMISSION_DENIED RESIDENTS_ONLY")
    }
}
