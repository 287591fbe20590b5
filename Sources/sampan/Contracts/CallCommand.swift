import ArgumentParser
import SampanJSON
import SampanRPC
import SampanTransport

struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Call any method of a node with JSON, by reflection.",
        discussion: """
            The contract comes from the node itself; sampan describe shows it. What is sent and shown is protobuf's JSON: names in
            lowerCamelCase, 64-bit numbers in quotation marks, bytes in base64. Of a method that takes a stream, the data may be several
            JSON values behind one another; all is read before the call begins. Answers are printed as they come.

            EXAMPLES
              sampan call sampan.payment.v1.PaymentService/GetPayment -d '{"outTradeNo":"SP2026111800000001"}' --node 10.0.0.7:7443
              sampan call sampan.payment.v1.PaymentService/PayBookingFee -d @order.json
              sampan call sampan.payment.v1.PaymentService/WatchPayment -d '{"outTradeNo":"SP1"}' --deadline 1h --json | jq .payment.state
              printf '{"payload":"AQ=="} {"payload":"Ag=="}' | sampan call sampan.test.v1.FourKindsService/Collect -d -

            Exit code: 0, 1 the call was not made (data, contract, node), 64 wrong usage, 64 + status (65 CANCELLED to 80 UNAUTHENTICATED)
            the call failed: its status, message and details are on standard error.
            """)

    @Argument(help: "The method: package.Service/Method.")
    var method: String
    @Option(name: .shortAndLong, help: "What is sent: JSON, @FILE, or - for standard input. Left out: {}, of a stream nothing.")
    var data: String?
    @Option(name: [.customShort("H"), .long], help: "A header field, 'NAME: VALUE'; of names in -bin, base64. May be repeated.")
    var header: [String] = []
    @Option(help: "Longest time for the call: a number and ms, s, m, h or d. Left out: that of --timeout.")
    var deadline: TimeSpan?
    @Flag(help: "Show fields also when they are zero, empty or false.")
    var defaults = false
    @Flag(help: "Take data with fields that the contract does not have, and leave them out.")
    var ignoreUnknown = false
    @OptionGroup var target: NodeOption

    func validate() throws {
        guard name != nil else { throw ValidationError("The method is package.Service/Method.") }
        _ = try CallInput.metadata(header)
    }

    /// With or without the slash in front.
    private var name: (service: String, method: String)? {
        let parts = (method.hasPrefix("/") ? method.dropFirst() : method[...]).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        return (String(parts[0]), String(parts[1]))
    }

    func run() async throws {
        guard let name else { throw ValidationError("The method is package.Service/Method.") }
        let input = try data.map(CallInput.json)
        let metadata = try CallInput.metadata(header)
        let remote = try target.remote()
        let failure = try await remote.connected { channel in
            let pool = try await ContractReader(caller: channel, place: remote.place).pool(of: [name.service])
            guard let method = pool.service(name.service)?.method(name.method) else {
                throw AdminFailure("\(remote.place): \(name.service) has no method \(name.method)")
            }
            let call = DynamicCall(
                service: name.service, method: method, pool: pool, emitsDefaults: defaults, ignoresUnknown: ignoreUnknown,
                isPretty: !target.caller.json)
            let messages = try call.messages(input)
            do throws(RPCError) {
                try await call.run(on: channel, messages, CallOptions(timeout: deadline?.duration, metadata: metadata))
                return nil as CallFailure?
            } catch {
                return CallFailure(place: remote.place, error: error, pool: pool)
            }
        }
        guard let failure else { return }
        StandardError.line(target.caller.json ? failure.json : failure.text)
        throw failure.exitCode
    }
}
