import Foundation
import SampanMesh
import SampanRPC
import SampanTransport
import StoreTestSupport
import Testing

@testable import SampanNode

@Suite("Peers of a node's file")
struct PeerListTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private static let good = """
        peers:
          - from: [10.20.0.0/16, "2001:db8:20::/48"]
            roles: [hospital, app]
            institutions: ["4699*"]
          - from: [10.40.0.7]
        """

    private func read(_ text: String) throws -> PeerAllowList? {
        let file = directory.file("node.yaml")
        try (ConfigurationTests.gateway + [text]).joined(separator: "\n").write(toFile: file, atomically: false, encoding: .utf8)
        return try GatewayConfiguration(file: file).peers
    }

    @Test("GW-13: every key is read; what is left out means everybody, from the addresses that are named")
    func whole() throws {
        let list = try #require(try read(Self.good))
        #expect(list.entries.count == 2)
        #expect(list.entries[0].from.map(\.description) == ["10.20.0.0/16", "2001:db8:20::/48"])
        #expect(list.entries[0].roles == [.hospital, .app] && list.entries[0].institutions == .listed(codes: [], prefixes: ["4699"]))
        #expect(list.entries[1].roles == Set(PeerIdentity.Role.allCases) && list.entries[1].institutions == .all)
        #expect(try read("") == nil)
    }

    @Test(
        "what is wrong is named",
        arguments: [
            ("10.20.0.0/16", "10.20.1.0/16", "10.20.1.0/16"), ("10.20.0.0/16", "hospital.example", "hospital.example"),
            ("[10.40.0.7]", "[]", "must not be empty"), ("[10.40.0.7]", "10.40.0.7", "must be a list"), ("hospital,", "king,", "king"),
            ("\"4699*\"", "\"4699**\"", "beginnings"), ("roles:", "role:", "did you mean roles"),
            ("- from: [10.40.0.7]", "- roles: [app]", "from is missing"),
        ])
    func wrong(old: String, new: String, hint: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try read(Self.good.replacing(old, with: new)) }
        #expect(error?.message.contains(hint) == true, "\(error.map { "\($0)" } ?? "none")")
    }

    @Test("a list that is too long is refused: every connection is compared with it")
    func tooLong() throws {
        let half = (0..<1_001).map { "10.0.\($0 / 256).\($0 % 256)" }.joined(separator: ", ")
        #expect(try read("peers: [{ from: [\(half)] }]") != nil)
        let error = #expect(throws: ConfigurationError.self) { try read("peers: [{ from: [\(half)] }, { from: [\(half)] }]") }
        #expect(error?.message.contains("over 2000") == true)
    }

    @Test("a platform node, which follows itself, is in its own list whatever that says", arguments: ["127.0.0.1", "10.9.9.9"])
    func platform(own: String) throws {
        let file = directory.file("platform.yaml")
        try """
        role: platform
        listen: 0.0.0.0:7440
        platform: \(own):7440
        trust-folder: platform
        authority: { folder: authority, passphrase-file: working.pass }
        peers: [{ from: [10.20.0.0/16] }]
        """.write(toFile: file, atomically: false, encoding: .utf8)
        let list = try #require(try PlatformConfiguration(file: file).peers)
        let (itself, other) = (
            try PeerIdentity(uri: "spiffe://region.test/platform/1/node"), try PeerIdentity(uri: "spiffe://region.test/hospital/1/node")
        )
        #expect(list.admits(itself, from: own) && list.admits(itself, from: "::1") && !list.admits(itself, from: "10.30.0.1"))
        #expect(!list.admits(other, from: own) && list.admits(other, from: "10.20.0.1"))
    }

    @Test("an empty list is refused: it would let nobody in")
    func empty() throws {
        let error = #expect(throws: ConfigurationError.self) { try read("peers: []") }
        #expect(error?.message.contains("1 to 1000") == true)
    }
}
