import SampanTestSupport
import Foundation
import SampanAPI
import SampanChannelSimulator
import SampanMesh
import SampanRPC
import SampanTransport
import StoreTestSupport
import Testing

@Suite("Channel simulator as a process", .blocking, .timeLimit(.minutes(20)))
struct ProcessTests {
    @Test("killed between payment and notification, it notifies after its restart")
    func killed() async throws {
        try await Region.with(isOpen: false) { region in
            let (first, address) = try SimulatorProcess.ready(in: region)
            let created = try await ChannelV1.ChannelServiceClient(try region.channel(.gateway, to: address))
                .createOrder(LoopbackTests.order("T1")).order
            let payer = ChannelV1.PayerServiceClient(try region.channel(.hospital, to: address))
            let paid = try await payer.payOrder(.init(checkoutToken: created?.checkoutToken ?? "", pay: true)).order
            first.kill()
            region.merchant.open()
            let (second, newAddress) = try SimulatorProcess.ready(in: region)
            var notified = region.merchant.notified.makeAsyncIterator()
            #expect(await notified.next() == "T1")
            let channel = ChannelV1.ChannelServiceClient(try region.channel(.gateway, to: newAddress))
            #expect(try await channel.queryOrder(.init(outTradeNo: "T1")).order == paid)
            #expect(second.terminate() == 0)
            #expect(second.standardError == "")
        }
    }

    @Test("killed again and again under load, it loses nothing that was answered", arguments: [UInt64(20_261_122)])
    func killedUnderLoad(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        try await Region.with { region in
            var paid: [String: ChannelV1.ChannelOrder] = [:]
            for round in 0..<4 {
                let (process, address) = try SimulatorProcess.ready(in: region)
                let caller = try region.channel(.gateway, to: address)
                let phone = try region.channel(.app, to: address)
                let enough = Int.random(in: 1...60, using: &random)
                try await withThrowingTaskGroup(of: ChannelV1.ChannelOrder?.self) { tasks in
                    for index in 0..<100 { tasks.addTask { await Self.pay("T\(round)-\(index)", caller, phone) } }
                    var answered = 0
                    for try await order in tasks {
                        guard let order else { continue }
                        paid[order.outTradeNo] = order
                        answered += 1
                        if answered == enough { process.kill() }
                    }
                }
                process.kill()
            }
            let (process, address) = try SimulatorProcess.ready(in: region)
            let channel = ChannelV1.ChannelServiceClient(try region.channel(.gateway, to: address))
            for (number, order) in paid {
                #expect(try await channel.queryOrder(.init(outTradeNo: number)).order == order, "seed \(seed)")
            }
            #expect(Set(paid.values.map(\.transactionID)).count == paid.count, "seed \(seed)")
            var missing = Set(paid.keys)
            for await number in region.merchant.notified {
                missing.remove(number)
                if missing.isEmpty { break }
            }
            #expect(process.terminate() == 0)
        }
    }

    @Test("SIGTERM lets a call under way end")
    func drain() async throws {
        try await Region.with { region in
            let plan = region.directory.file("faults.csv")
            try Data("out_trade_no,operation,fault,times,milliseconds\nT1,create_order,LATE,1,300\n".utf8).write(
                to: URL(fileURLWithPath: plan))
            let (process, address) = try SimulatorProcess.ready(in: region, ["--faults", plan])
            let channel = ChannelV1.ChannelServiceClient(try region.channel(.gateway, to: address))
            let observer = ChannelV1.ChannelServiceClient(try region.channel(.gateway, to: address))
            async let answer = channel.createOrder(LoopbackTests.order("T1")).order
            // The effect comes before the late answer, so from here on the call is under way.
            while await refusal({ try await observer.queryOrder(.init(outTradeNo: "T1")) }) != nil {}
            #expect(process.terminate() == 0)
            #expect(try await answer?.outTradeNo == "T1")
        }
    }

    @Test("a seeded share of faults is survived by asking again", arguments: [UInt64(7)])
    func seeded(seed: UInt64) async throws {
        try await Region.with { region in
            let (process, address) = try SimulatorProcess.ready(
                in: region, ["--fail-rate", "0.3", "--seed", "\(seed)", "--notify-delay-scale", "0.001"])
            let caller = try region.channel(.gateway, to: address)
            let phone = try region.channel(.app, to: address)
            let numbers = Set((0..<100).map { "T\($0)" })
            let asked = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for number in numbers {
                    tasks.addTask {
                        for attempt in 1... where await Self.pay(number, caller, phone) != nil { return attempt }
                        return 0
                    }
                }
                return try await tasks.reduce(0, +)
            }
            #expect(asked > 100, "seed \(seed): no fault happened")
            var missing = numbers
            for await number in region.merchant.notified {
                missing.remove(number)
                if missing.isEmpty { break }
            }
            #expect(process.terminate() == 0)
        }
    }

    @Test("bad starts end with their exit code and a reason")
    func badStarts() async throws {
        try await Region.with { region in
            let good = try SimulatorProcess.arguments(in: region)
            func bad(_ option: String, _ value: String) -> [String] {
                var arguments = good
                if let index = arguments.firstIndex(of: option) { arguments[index + 1] = value } else { arguments += [option, value] }
                return arguments
            }
            let plan = region.directory.file("certs/trust.pem")
            let cases: [([String], Int32, String)] = [
                ([], 64, "--listen"), (bad("--listen", "localhost:0"), 64, "--listen"),
                (bad("--listen", "127.0.0.1:70000"), 64, "--listen"),
                (bad("--notify", "127.0.0.1:0"), 64, "--notify"), (bad("--fail-rate", "1.5"), 64, "--fail-rate"),
                (bad("--notify-delay-scale", "0"), 64, "--notify-delay-scale"), (bad("--seed", "-1"), 64, "--seed"),
                (bad("--certificate", "/none.pem"), 66, "/none.pem"), (bad("--trust-domain", "other.test"), 66, "trust domain"),
                (bad("--faults", "/none.csv"), 66, "/none.csv"), (bad("--faults", plan), 65, "line 1"),
                (bad("--data", plan), 73, "--data"), (bad("--data", "/proc/none"), 73, "--data"),
                (bad("--listen", "192.0.2.1:0"), 69, "--listen"), (["--help"], 0, ""),
            ]
            for (arguments, code, says) in cases {
                let process = try SimulatorProcess(arguments, in: region.directory)
                #expect(process.exitCode() == code, "\(arguments.suffix(2)) \(process.standardError)")
                #expect(process.standardError.contains(says) || says.isEmpty, "\(process.standardError)")
            }
        }
    }

    /// Orders and pays; nil when the process was killed before it answered.
    private static func pay(_ number: String, _ caller: ClientChannel, _ phone: ClientChannel) async -> ChannelV1.ChannelOrder? {
        let options = CallOptions(timeout: .seconds(10))
        guard
            let created = try? await ChannelV1.ChannelServiceClient(caller).createOrder(LoopbackTests.order(number), options: options).order
        else { return nil }
        return try? await ChannelV1.PayerServiceClient(phone)
            .payOrder(.init(checkoutToken: created.checkoutToken, pay: true), options: options).order
    }
}
