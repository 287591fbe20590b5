import SampanDomain
import SampanLedger
import Testing

@Suite("Chart of accounts")
struct ChartTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let account: LedgerAccount
        let code: String
        let kind: AccountKind
        let isGuarded: Bool

        var testDescription: String { code }
    }

    static let chart: [Row] = [
        Row(account: .channelClearing(.wechatPay), code: "CHANNEL_CLEARING:WX", kind: .asset, isGuarded: false),
        Row(account: .bankInTransit(.alipay, hospital()), code: "BANK_IN_TRANSIT:ALI:4699010001", kind: .asset, isGuarded: false),
        Row(account: .bank(hospital()), code: "BANK:4699010001", kind: .asset, isGuarded: false),
        Row(account: .customerPrepayment, code: "CUSTOMER_PREPAYMENT", kind: .liability, isGuarded: true),
        Row(account: .payerOverpayment, code: "PAYER_OVERPAYMENT", kind: .liability, isGuarded: true),
        Row(account: .refundsInFlight(.alipay), code: "REFUNDS_IN_FLIGHT:ALI", kind: .liability, isGuarded: true),
        Row(account: .hospitalPayable(hospital(2)), code: "HOSPITAL_PAYABLE:4699010002", kind: .liability, isGuarded: true),
        Row(account: .suspense, code: "SUSPENSE", kind: .liability, isGuarded: false),
        Row(
            account: .channelFeeRecovered(.wechatPay, hospital()), code: "CHANNEL_FEE_RECOVERED:WX:4699010001", kind: .income,
            isGuarded: false),
        Row(account: .channelFee(.wechatPay, hospital()), code: "CHANNEL_FEE:WX:4699010001", kind: .expense, isGuarded: false),
    ]

    @Test("code, kind, side and guard of each; a code reads back as its account", arguments: chart)
    func rows(row: Row) throws {
        #expect(row.account.code == row.code && row.account.kind == row.kind && row.account.isGuarded == row.isGuarded)
        #expect(row.account.kind.isDebitNormal == [.asset, .expense].contains(row.kind))
        #expect(try LedgerAccount(code: row.code) == row.account)
    }

    @Test(
        "what is no account of the chart",
        arguments: [
            "", ":", "BANK", "BANK:", "BANK:a:b", "CHANNEL_CLEARING", "CHANNEL_CLEARING:XX", "CUSTOMER_PREPAYMENT:WX", "SUSPENSE:",
            "BANK_IN_TRANSIT:WX", "BANK_IN_TRANSIT:4699010001:WX", "CASH", "bank:4699010001", "HOSPITAL_PAYABLE:a b",
        ])
    func none(code: String) { #expect(throws: DomainError.self) { try LedgerAccount(code: code) } }

    @Test("words and Chinese names are all different: one word, one meaning")
    func words() {
        #expect(Set(Self.chart.map(\.account.word)).count == Self.chart.count)
        #expect(Set(Self.chart.map(\.account.chinese)).count == Self.chart.count)
        #expect(Set(LedgerEvent.allCases.map(\.chinese)).count == LedgerEvent.allCases.count)
    }
}
