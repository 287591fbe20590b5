import Foundation
import SampanMesh
import SampanRPC
import StoreTestSupport
import Testing

@testable import SampanNode

@Suite("Policy files")
struct PolicyFileTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private static let good = """
        version: 1
        rules:
          - id: pay
            methods: [s.Pay, s.Other/Get]
            roles: [hospital, app]
            institutions: ["1210*", "4699"]
          - id: all
            methods: ["s.Health/*"]
            roles: [platform]
            data: any
        """

    private func read(_ text: String) throws -> PolicyFile {
        let file = directory.file("policy.yaml")
        try text.write(toFile: file, atomically: false, encoding: .utf8)
        return try PolicyFile(file: file)
    }

    @Test("ID-14 every key is read")
    func whole() throws {
        #expect(
            try read(Self.good).rules == [
                PolicyRule(
                    id: "pay", methods: ["s.Pay", "s.Other/Get"], roles: [.hospital, .app],
                    institutions: .listed(codes: ["4699"], prefixes: ["1210"]), data: .own),
                PolicyRule(id: "all", methods: ["s.Health"], roles: [.platform], institutions: .all, data: .any),
            ])
        #expect(try read("version: 1\nrules: []").rules.isEmpty)
    }

    @Test(
        "what is wrong is named with its line",
        arguments: [
            ("version: 1", "version: 2", 1, "must be 1"), ("version: 1\n", "", nil, "version must be 1"),
            ("id: pay", "id: all", 7, "stands twice"),
            ("id: pay", "id: \"a,b\"", 3, "visible ASCII"), ("id: pay\n    ", "", nil, "id is missing"), ("s.Pay,", "s..Pay,", 4, "s..Pay"),
            ("[s.Pay, s.Other/Get]", "[]", 4, "must not be empty"), ("[s.Pay, s.Other/Get]", "s.Pay", 4, "must be a list"),
            ("hospital,", "king,", 5, "king"), ("\"1210*\"", "\"1210**\"", 6, "beginnings"), ("data: any", "data: every", 10, "own or any"),
            ("data: any", "date: any", 10, "did you mean data"), ("rules:", "rule:", nil, "did you mean rules?"),
        ] as [(String, String, Int?, String)])
    func wrong(old: String, new: String, line: Int?, hint: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try read(Self.good.replacing(old, with: new)) }
        #expect(error?.message.contains(hint) == true, "\(error.map { "\($0)" } ?? "none")")
        if let line { #expect(error?.line == line) }
    }

    @Test("a gateway takes the policy that its file names, and its own without one")
    func gateway() throws {
        let file = directory.file("node.yaml")
        try Self.good.write(toFile: directory.file("p.yaml"), atomically: false, encoding: .utf8)
        try (ConfigurationTests.gateway + ["policy: p.yaml"]).joined(separator: "\n").write(
            toFile: file, atomically: false, encoding: .utf8)
        #expect(try GatewayConfiguration(file: file).policy.map(\.id) == ["pay", "all"])
        try ConfigurationTests.gateway.joined(separator: "\n").write(toFile: file, atomically: false, encoding: .utf8)
        #expect(try GatewayConfiguration(file: file).policy == GatewayNode.policy)
    }

    @Test("PL-05 the text of an epoch is read as a file is, under the same hash, and refused with the line")
    func text() throws {
        let (fromText, fromFile) = (try PolicyFile(text: Self.good), try read(Self.good))
        #expect(fromText.rules == fromFile.rules && fromText.edition == fromFile.edition)
        let longer = try PolicyFile(text: Self.good + "\n")
        #expect(fromText.edition.hash != longer.edition.hash)
        let policy = LivePolicy(
            own: try PolicyEdition(builtIn: GatewayNode.policy), for: [MethodDescriptor(service: "s.Pay", name: "Pay", kind: .unary)],
            read: PolicyFile.reader)
        #expect(try policy.replace(text: Self.good) == fromText.edition.hash)
        let error = #expect(throws: PolicyRefusal.self) { try policy.replace(text: Self.good.replacing("hospital", with: "国王")) }
        #expect(error?.line == 5 && error?.message.contains("国王") == true)
        #expect(throws: PolicyRefusal.self) { try policy.replace(text: "\u{0}") }
        #expect(policy.hash == fromText.edition.hash)
    }

    @Test("the text of rules is a file that says the same")
    func writtenAndRead() throws {
        let rules = try read(Self.good).rules + GatewayNode.policy
        #expect(try PolicyFile(text: PolicyText.of(rules)).rules == rules)
        #expect(try PolicyFile(text: PolicyText.of([])).rules.isEmpty)
    }
}
