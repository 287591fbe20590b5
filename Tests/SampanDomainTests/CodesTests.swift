import SampanDomain
import Testing

@Suite("Codes and numbers")
struct CodesTests {
    @Test("right unified social credit codes", arguments: ["91350100M000100Y43", "91110000600037341L", "91440300708461136T"])
    func unified(code: String) throws {
        #expect(try InstitutionCode(code, scheme: .unifiedSocialCredit).text == code)
    }

    @Test("every single mistyped character of a code is found")
    func mistyped() {
        let code = Array("91350100M000100Y43")
        for index in code.indices {
            for other in "0123456789ABCDEFGHJKLMNPQRTUWXY" where other != code[index] {
                var wrong = code
                wrong[index] = other
                #expect(throws: DomainError.self) { try InstitutionCode(String(wrong), scheme: .unifiedSocialCredit) }
            }
        }
    }

    @Test(
        "wrong unified codes",
        arguments: ["", "91350100M000100Y4", "91350100M000100Y433", "91350100m000100Y43", "9135010OM000100Y43", "９1350100M000100Y4"])
    func wrongUnified(code: String) {
        #expect(throws: DomainError.self) { try InstitutionCode(code, scheme: .unifiedSocialCredit) }
    }

    @Test(
        "local codes",
        arguments: [
            ("4699010001", true), ("a.b_c-D", true), (String(repeating: "x", count: 32), true), (String(repeating: "x", count: 33), false),
            ("", false), ("a b", false), ("a/b", false), ("医院", false), ("a\0", false),
        ])
    func local(code: String, isRight: Bool) {
        #expect(((try? InstitutionCode(code, scheme: .local)) != nil) == isRight)
    }

    @Test(
        "order numbers",
        arguments: [
            ("SP2026111800000001", true), ("a_-|*Z9", true), (String(repeating: "9", count: 32), true),
            (String(repeating: "9", count: 33), false),
            ("", false), ("a b", false), ("a;b", false), ("é", false),
        ])
    func orderNumber(text: String, isRight: Bool) {
        #expect(((try? OutTradeNo(text)) != nil) == isRight)
    }

    @Test(
        "request ids",
        arguments: [
            ("r", true), (String(repeating: "~", count: 64), true), (String(repeating: "~", count: 65), false), ("", false), ("a b", false),
            ("a\n", false), ("\u{7F}", false), ("请", false),
        ])
    func requestID(text: String, isRight: Bool) {
        #expect(((try? RequestID(text)) != nil) == isRight)
    }

    @Test("channels and kinds are the ledgers' words")
    func words() throws {
        #expect(try PaymentChannelKind(code: "ALI") == .alipay)
        #expect(try PaymentKind(name: "门诊缴费") == .outpatientFee)
        #expect(throws: DomainError.self) { try PaymentChannelKind(code: "wx") }
        #expect(throws: DomainError.self) { try PaymentKind(name: "挂号") }
    }

    @Test("masks", arguments: [("110101199003078515", "110*************15"), ("1234567", "*******"), ("12345678", "123***78"), ("", "")])
    func masks(text: String, masked: String) {
        #expect(Mask.identityNumber(text) == masked)
    }

    @Test("a command names its wrong field")
    func command() throws {
        let charge = try Charge(
            outTradeNo: OutTradeNo("A"), institution: InstitutionCode("4699010001", scheme: .local), amount: Money(fen: 1),
            channel: .alipay, channelTransactionID: "2026", paidAt: UnixTime(nanoseconds: 0), patientNumber: "")
        #expect(charge.patientNumber == nil)
        #expect(throws: DomainError(field: "charge_order_ids", message: "an order stands twice")) {
            try OutpatientFee(charge: charge, chargeOrderIDs: ["x", "x"])
        }
        #expect(throws: DomainError.self) { try InpatientDeposit(charge: charge, admissionNumber: "") }
        #expect(throws: DomainError.self) { try BookingFee(charge: charge, departmentCode: "a\nb", scheduleID: nil) }
    }
}
