import SampanAPI
import SampanCrypto
import SampanDomain
import SampanFerry
import SampanMesh
import SampanRPC
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanServices

@Suite("Audit: what a resident sees", .timeLimit(.minutes(20)))
struct AuditDeskTests {
    /// A log of 250 entries about every person, and of its newest head.
    private final class Log: AuditReading {
        let asked = Mutex<[AuditPseudonym]>([])

        func treeHead(known: UInt64) async throws(RPCError) -> (head: AuditTreeHead, path: [[UInt8]])? { nil }

        func readers(
            of person: AuditPseudonym, skipping skipped: UInt64, limit: Int
        ) async throws(RPCError) -> AuditV1.AuditReaders {
            asked.withLock { $0.append(person) }
            let numbers = (1...250 as ClosedRange<UInt64>).dropFirst(Int(clamping: skipped)).prefix(limit)
            return AuditV1.AuditReaders(
                proof: AuditV1.AuditReadersProof(person: person.bytes, count: 250), entries: numbers.map { AuditV1.AuditEntry(number: $0) })
        }
    }

    /// Session `s7` is of person 7; any other is none.
    private struct Residents: AuditResidents {
        func person(of session: String, _ context: CallContext) async throws(RPCError) -> EnterpriseID {
            guard session == "s7", let person = try? EnterpriseID(7) else {
                throw RPCError(.unauthenticated, reason: "NO_SESSION", "sign in first")
            }
            return person
        }
    }

    private let log = Log()
    private let keys: AuditPersonKeys

    init() throws { keys = try #require(AuditPersonKeys(secret: [UInt8](repeating: 1, count: 32))) }

    private func client(_ role: PeerIdentity.Role, residents: (any AuditResidents)? = Residents()) throws -> AuditV1.AuditServiceClient {
        AuditV1.AuditServiceClient(
            InProcessCaller(
                [AuditDesk(log: log, keys: keys, residents: residents)],
                as: try PeerIdentity(trustDomain: "region.example", role: role, institution: "4699010000", node: "n1")))
    }

    @Test("RE-17 a resident's app gets the own person's list, page by page, with the own key")
    func pages() async throws {
        let client = try client(.app)
        let (key, pseudonym) = (try keys.key(of: try EnterpriseID(7)).bytes, try keys.pseudonym(of: try EnterpriseID(7)))
        var (numbers, token) = ([UInt64](), "")
        repeat {
            let page = try await client.listReaders(AuditV1.ListReadersRequest(session: "s7", pageToken: token))
            #expect(page.personKey == key)
            #expect(page.entries.count <= 100)
            numbers += page.entries.map(\.number)
            token = page.nextPageToken
        } while !token.isEmpty
        #expect(numbers == Array(1...250))
        #expect(Set(log.asked.withLock { $0 }) == [pseudonym])
    }

    @Test("default deny: every other role, a session that is none, and a node without residents see nothing")
    func refused() async throws {
        func refusal(_ client: AuditV1.AuditServiceClient, _ session: String = "s7", size: UInt32 = 0, token: String = "") async -> String {
            do throws(RPCError) {
                _ = try await client.listReaders(AuditV1.ListReadersRequest(session: session, pageSize: size, pageToken: token))
                return "seen"
            } catch {
                return "\(error.code) \(error.errorInfo?.reason ?? "-")"
            }
        }
        for role in PeerIdentity.Role.allCases where role != .app {
            #expect(await refusal(try client(role)) == "PERMISSION_DENIED RESIDENTS_ONLY", "\(role)")
        }
        #expect(await refusal(try client(.app, residents: nil)) == "PERMISSION_DENIED NO_RESIDENTS")
        #expect(await refusal(try client(.app), "s8") == "UNAUTHENTICATED NO_SESSION")
        #expect(await refusal(try client(.app), size: 501).hasPrefix("INVALID_ARGUMENT"))
        for token in ["-1", "x", "99999999999999999999", "4294967296"] {
            #expect(await refusal(try client(.app), token: token).hasPrefix("INVALID_ARGUMENT"), "\(token)")
        }
        #expect(log.asked.withLock { $0.isEmpty })
    }
}
