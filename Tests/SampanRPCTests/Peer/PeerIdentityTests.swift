import SampanRPC
import Testing

@Suite("Peer identity")
struct PeerIdentityTests {
    static let long = String(repeating: "a", count: 255)

    @Test(
        "names of nodes are read and written alike",
        arguments: [
            "spiffe://region.example/hospital/12330100470116100X/node-1", "spiffe://r/platform/p/n", "spiffe://r/admin/A.b_c-9/N_1.x-2",
            "spiffe://\(long)/center/\(String(repeating: "Z", count: 32))/\(String(repeating: "0", count: 64))",
        ] + PeerIdentity.Role.allCases.map { "spiffe://r/\($0.rawValue)/i/n" })
    func good(uri: String) throws {
        #expect(try PeerIdentity(uri: uri).uri == uri)
    }

    @Test(
        "what is none is refused for its reason",
        arguments: [
            ("", .notSPIFFE), ("spiffe:", .notSPIFFE), ("SPIFFE://r/app/i/n", .notSPIFFE), ("https://r/app/i/n", .notSPIFFE),
            (" spiffe://r/app/i/n", .notSPIFFE), ("spiffe://r/app/i/" + String(repeating: "n", count: 2_048), .notSPIFFE),
            ("spiffe://", .wrongPath), ("spiffe://r", .wrongPath), ("spiffe://r/app/i", .wrongPath), ("spiffe://r/app/i/n/", .wrongPath),
            ("spiffe://r/app/i/n/x", .wrongPath), ("spiffe://r//app/i/n", .wrongPath), ("spiffe://r/App/i/n", .unknownRole),
            ("spiffe://r//i/n", .unknownRole), ("spiffe://r/root/i/n", .unknownRole), ("spiffe:///app/i/n", .badTrustDomain),
            ("spiffe://R/app/i/n", .badTrustDomain), ("spiffe://r:443/app/i/n", .badTrustDomain), ("spiffe://u@r/app/i/n", .badTrustDomain),
            ("spiffe://\(long)a/app/i/n", .badTrustDomain), ("spiffe://r/app//n", .badInstitution), ("spiffe://r/app/院/n", .badInstitution),
            ("spiffe://r/app/i%2F/n", .badInstitution), ("spiffe://r/app/\(String(repeating: "a", count: 33))/n", .badInstitution),
            ("spiffe://r/app/i/", .badNode), ("spiffe://r/app/i/n?q", .badNode), ("spiffe://r/app/i/n#f", .badNode),
            ("spiffe://r/app/i/n\0", .badNode), ("spiffe://r/app/i/" + String(repeating: "n", count: 65), .badNode),
        ] as [(String, PeerIdentityError)])
    func bad(uri: String, reason: PeerIdentityError) {
        #expect(throws: reason) { try PeerIdentity(uri: uri) }
    }

    @Test("path segments that climb are refused", arguments: [".", ".."])
    func dots(segment: String) {
        // SPIFFE-ID §2.2: segments must not be relative path modifiers.
        #expect(throws: PeerIdentityError.badInstitution) { try PeerIdentity(uri: "spiffe://r/app/\(segment)/n") }
        #expect(throws: PeerIdentityError.badNode) { try PeerIdentity(uri: "spiffe://r/app/i/\(segment)") }
    }
}
