import ArgumentParser
import SampanJSON

struct DescribeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Show the contract of a service, method, message or enum, by reflection.",
        discussion: """
            Of a method, its messages are shown too. With --json, fields have the names that JSON has for them.

            EXAMPLES
              sampan describe sampan.payment.v1.PaymentService --node 10.0.0.7:7443
              sampan describe sampan.payment.v1.PaymentService/GetPayment
              sampan describe sampan.payment.v1.Payment --json | jq '.[].fields[].json'

            Exit code: 0, 1 the node cannot be asked or has nothing of this name, 64 wrong usage.
            """)

    @Argument(help: "Full name: package.Service, package.Service/Method, package.Message or package.Enum.")
    var name: String
    @OptionGroup var target: NodeOption

    /// One declaration, for programs.
    private struct Row: Codable {
        struct Part: Codable {
            let name: String
            let json: String?
            let number: Int64?
            let type: String?
        }
        let name: String
        let kind: String
        let fields: [Part]?
        let values: [Part]?
        let methods: [String]?

        init(_ name: String, _ kind: String, fields: [Part]? = nil, values: [Part]? = nil, methods: [String]? = nil) {
            (self.name, self.kind, self.fields, self.values, self.methods) = (name, kind, fields, values, methods)
        }
    }

    func run() async throws {
        let remote = try target.remote()
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        guard let symbol = parts.first else { throw ValidationError("Say what: a full name such as package.Service.") }
        let pool = try await remote.connected { try await ContractReader(caller: $0, place: remote.place).pool(of: [symbol]) }
        var shown: [(text: String, row: Row)] = []
        if let service = pool.service(symbol) {
            guard parts.count == 2 else {
                let row = Row(symbol, "service", methods: service.methods.map { "\(symbol)/\($0.name)" })
                return try show([(ContractText.text(service), row)])
            }
            guard let method = service.method(parts[1]) else { throw AdminFailure("\(remote.place): \(symbol) has no method \(parts[1])") }
            shown.append((ContractText.line(method), Row("\(symbol)/\(method.name)", "method")))
            for type in method.input == method.output ? [method.input] : [method.input, method.output] { shown += Self.type(type, pool) }
        } else if let dot = symbol.lastIndex(of: "."), let service = pool.service(String(symbol[..<dot])) {
            throw AdminFailure("\(symbol) is a method: describe \(service.name)/\(symbol[symbol.index(after: dot)...])")
        } else {
            shown += Self.type(symbol, pool)
        }
        guard !shown.isEmpty else { throw AdminFailure("\(remote.place) has no \(name)") }
        try show(shown)
    }

    private func show(_ shown: [(text: String, row: Row)]) throws {
        print(target.caller.json ? try JSONText.of(shown.map(\.row)) : shown.map(\.text).joined(separator: "\n\n"))
    }

    private static func type(_ name: String, _ pool: DescriptorPool) -> [(text: String, row: Row)] {
        if let message = pool.message(name) {
            let fields = message.fields.map { field in
                let prefix = field.cardinality == .repeated ? "repeated " : ""
                return Row.Part(
                    name: field.name, json: field.jsonName, number: Int64(field.number), type: prefix + ContractText.type(field, pool))
            }
            return [(ContractText.text(message, pool), Row(name, "message", fields: fields))]
        }
        guard let enumeration = pool.enumeration(name) else { return [] }
        let values = enumeration.values.map { Row.Part(name: $0.name, json: nil, number: Int64($0.number), type: nil) }
        return [(ContractText.text(enumeration), Row(name, "enum", values: values))]
    }
}
