/// What people and machines do in one run; what goes wrong comes besides.
package struct SagaScenario: Sendable {
    /// What is paid for, and so what the HIS makes of it.
    enum Business: Sendable, CaseIterable {
        /// A booking that the HIS always takes.
        case booking
        /// One of the only place of a schedule: the first to come has it.
        case lastPlace
        /// The one open bill: the first to come settles it.
        case bill
        case deposit
        /// A deposit for a stay that the HIS does not know: refused.
        case strangerDeposit
    }

    /// When the payer pays.
    enum Payer: Sendable, Hashable {
        case after(milliseconds: Int)
        case never
        /// The money was on its way when the order was closed.
        case afterClose
    }

    struct Order: Sendable {
        var business: Business
        var payer: Payer
        var arrival: Duration = .zero
    }

    enum Upset: Sendable {
        /// A worker stands still for a time (SIGSTOP), long enough for its lease to end.
        case stop(worker: Int, for: Duration)
        /// As many workers from now on; those that are there are asked to end.
        case count(Int)
        /// A second process is started as the same worker by mistake.
        case twin(worker: Int)
        case killGateway
        case killWorker(Int)
        /// Somebody says, without knowing, that something has happened to every order.
        case forgedNotices
        /// A caller asks again for everything it has asked for.
        case repeatedCalls
    }

    package let name: String
    var orders: [Order]
    var workers = 2
    var upsets: [(after: Duration, what: Upset)] = []
    /// How far the worker's wall clocks are from the gateway's.
    var skew: Duration = .zero

    /// How long an order may be paid.
    static let orderLifetime: Duration = .seconds(30)
    /// How long a request row may wait for the HIS.
    static let requestLifetime: Duration = .seconds(60)
    /// The seeded accidents end here, so that everything can come to its end.
    static let calm: Duration = .seconds(300)
    /// By when everything has come to its end.
    static let end: Duration = .seconds(7_200)
}

extension SagaScenario {
    /// Those whose every crash point is tried.
    package static let named: [SagaScenario] = [
        SagaScenario(name: "posted", orders: [Order(business: .booking, payer: .after(milliseconds: 1_500))], workers: 1),
        SagaScenario(name: "refused", orders: [Order(business: .strangerDeposit, payer: .after(milliseconds: 1_500))], workers: 1),
        SagaScenario(
            name: "one place, two payers",
            orders: [
                Order(business: .lastPlace, payer: .after(milliseconds: 1_500)),
                Order(business: .lastPlace, payer: .after(milliseconds: 1_500)),
            ]),
        SagaScenario(
            name: "one bill, paid twice",
            orders: [
                Order(business: .bill, payer: .after(milliseconds: 1_000)),
                Order(business: .bill, payer: .after(milliseconds: 1_000), arrival: .milliseconds(500)),
            ]),
        SagaScenario(name: "nobody pays", orders: [Order(business: .booking, payer: .never)], workers: 1),
        SagaScenario(name: "paid in the last moment", orders: [Order(business: .booking, payer: .after(milliseconds: 29_999))], workers: 1),
        SagaScenario(name: "money after the close", orders: [Order(business: .booking, payer: .afterClose)], workers: 1),
        SagaScenario(
            name: "a worker stands still", orders: [Order(business: .booking, payer: .after(milliseconds: 1_500))], workers: 2,
            upsets: [(.milliseconds(1_501), .stop(worker: 0, for: .seconds(60)))]),
        SagaScenario(
            name: "the number of workers changes",
            orders: [
                Order(business: .booking, payer: .after(milliseconds: 1_500)),
                Order(business: .deposit, payer: .after(milliseconds: 1_600)),
            ],
            workers: 2, upsets: [(.milliseconds(1_550), .count(3)), (.milliseconds(3_000), .count(1))]),
    ]

    /// A run of up to three orders, with upsets, as the generator says.
    static func random(using random: inout some RandomNumberGenerator) -> SagaScenario {
        var orders: [Order] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let payer: Payer =
                switch Int.random(in: 0..<10, using: &random) {
                case 0: .never
                case 1: .afterClose
                case 2: .after(milliseconds: Int.random(in: 29_000...30_100, using: &random))
                default: .after(milliseconds: Int.random(in: 100...10_000, using: &random))
                }
            orders.append(
                Order(
                    business: Business.allCases.randomElement(using: &random) ?? .booking, payer: payer,
                    arrival: .milliseconds(Int.random(in: 0...5_000, using: &random))))
        }
        let workers = Int.random(in: 1...3, using: &random)
        var upsets: [(after: Duration, what: Upset)] = []
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let worker = Int.random(in: 0..<workers, using: &random)
            let what: Upset =
                switch Int.random(in: 0..<7, using: &random) {
                case 0: .stop(worker: worker, for: .seconds(Int.random(in: 1...90, using: &random)))
                case 1: .count(Int.random(in: 1...4, using: &random))
                case 2: .twin(worker: worker)
                case 3: .killGateway
                case 4: .killWorker(worker)
                case 5: .forgedNotices
                default: .repeatedCalls
                }
            upsets.append((.milliseconds(Int.random(in: 0...40_000, using: &random)), what))
        }
        return SagaScenario(
            name: "seeded", orders: orders, workers: workers, upsets: upsets,
            skew: .seconds(Int.random(in: -40...40, using: &random)))
    }
}
