import ArgumentParser
import Foundation
import StoreTestSupport
import Testing

@testable import sampan

@Suite("sampan can")
struct CanCommandTests {
    private static let pay = "sampan.payment.v1.PaymentService/GetPayment"

    private func run(_ arguments: [String]) -> (code: Int32, message: String) {
        do {
            var command = try Sampan.parseAsRoot(["can"] + arguments)
            try command.run()
            return (0, "")
        } catch {
            return (Sampan.exitCode(for: error).rawValue, Sampan.fullMessage(for: error))
        }
    }

    @Test(
        "allowed is 0, denied is 1, wrong usage is 64",
        arguments: [
            (["4699010001", pay], 0), (["4699010001", pay, "--role", "hospital", "--json"], 0),
            (["4699010001", pay, "--role", "ferry"], 1),
            (["4699010001", "a.Nothing/Get"], 1), (["4699010001", "GetPayment"], 64), (["医院", pay], 64),
            (["1", pay, "--role", "king"], 64),
            (["1"], 64), (["1", pay, "--policy", "/nowhere/policy.yaml"], 64),
        ] as [([String], Int32)])
    func codes(arguments: [String], expected: Int32) {
        let result = run(arguments)
        #expect(result.code == expected, "\(result.message)")
    }

    @Test("a policy file decides in place of the built-in one, and a broken one is named with its line")
    func file() throws {
        let directory = try TemporaryDirectory()
        let file = directory.file("policy.yaml")
        try "version: 1\nrules:\n  - {id: a, methods: [s.T], roles: [app], institutions: [\"46*\"]}".write(
            toFile: file, atomically: false, encoding: .utf8)
        #expect(run(["4699", "s.T/M", "--policy", file]).code == 0)
        #expect(run(["4799", "s.T/M", "--policy", file]).code == 1)
        #expect(run(["4699", Self.pay, "--policy", file]).code == 1)
        try "version: 1\nrules:\n  - {id: a, methods: [s.T], roles: [king]}".write(toFile: file, atomically: false, encoding: .utf8)
        let broken = run(["4699", "s.T/M", "--policy", file])
        #expect(broken.code == 64 && broken.message.contains("policy.yaml:3") && broken.message.contains("king"))
    }
}
