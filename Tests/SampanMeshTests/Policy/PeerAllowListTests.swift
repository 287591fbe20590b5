import SampanAPI
import SampanRPC
import Testing

@testable import SampanMesh
@testable import SampanTransport

@Suite("Which peers may come from where")
struct PeerAllowListTests {
    private static func peer(_ path: String) throws -> PeerIdentity { try PeerIdentity(uri: "spiffe://region.test/\(path)") }

    private static func range(_ text: String) throws -> AddressRange { try #require(AddressRange(text)) }

    private static func list() throws -> PeerAllowList {
        PeerAllowList([
            PeerAllowList.Entry(
                from: [try range("10.20.0.0/16"), try range("10.30.0.1")], roles: [.hospital],
                institutions: try #require(InstitutionPattern(["1210*"]))),
            PeerAllowList.Entry(from: [try range("10.40.0.0/16")], roles: Set(PeerIdentity.Role.allCases), institutions: .all),
        ])
    }

    @Test(
        "GW-13: an entry names both, the certificate and the address",
        arguments: [
            ("hospital/1210A/his", "10.20.1.1", true), ("hospital/1210A/his", "10.30.0.1", true),
            ("hospital/1210A/his", "10.30.0.2", false),
            ("hospital/4699A/his", "10.20.1.1", false), ("center/1210A/ecg", "10.20.1.1", false), ("center/1210A/ecg", "10.40.1.1", true),
            ("hospital/4699A/his", "::ffff:10.40.1.1", true), ("hospital/1210A/his", "unknown", false),
        ] as [(String, String, Bool)])
    func rows(path: String, host: String, isAdmitted: Bool) throws {
        let (list, peer) = (try Self.list(), try Self.peer(path))
        #expect(list.admits(peer, from: host) == isAdmitted)
        let refusal = list.refusal(of: peer, from: host)
        #expect((refusal == nil) == isAdmitted)
        guard let refusal else { return }
        #expect(refusal.code == .permissionDenied && refusal.errorInfo?.reason == "ADDRESS_NOT_LISTED")
        #expect(refusal.errorInfo?.metadata["address"] == host)
    }

    @Test("an address that no entry names is nobody's, and an empty list lets nobody in")
    func known() throws {
        let list = try Self.list()
        #expect(list.knows("10.20.9.9") && list.knows("10.40.0.0") && !list.knows("10.50.0.1") && !list.knows("::1"))
        #expect(!PeerAllowList([]).knows("127.0.0.1"))
    }
}
