import SampanAPI
import SampanDomain
import SampanProtobuf
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanFerry

@Suite("Commands of bookings")
struct BookingCommandTests {
    private static func commands() throws -> [HISCommand] {
        let institution = try InstitutionCode(ClinicFixture.hospital, scheme: .local)
        let place = try ClinicFixture.place("L2611180000001")
        let rule = try BookingRule(
            id: "儿科", kind: .visitor, isEnabled: true, department: "07", minimumAge: 0, maximumAge: 14, sex: 2, weight: 7)
        let suggestion = try BookingRule(id: "s", kind: .suggestion, isEnabled: false, department: "07", keyword: "发热", weight: 5)
        return [
            try ClinicFixture.hold("a", payer: .insured, lifetime: 60).command, .booking(.release(place)), .booking(.cancel(place)),
            try ClinicFixture.stop("s").command, .booking(.putRule(rule, institution)), .booking(.putRule(suggestion, institution)),
            .booking(.putRule(try BookingRule(id: "x", kind: .selfPaidOnly, isEnabled: true, department: nil), institution)),
            try ClinicFixture.pay("SP1", hold: "L2611180000001").command,
        ]
    }

    @Test("GW-20 each comes back from the wire as it was")
    func roundTrip() throws {
        for command in try Self.commands() {
            let bytes = try GatewayV1.Request(command: command.message).serialized()
            #expect(try HISCommand(try GatewayV1.Request(serialized: bytes), scheme: .local) == command)
        }
    }

    @Test(
        "GW-15 what is wrong in one is named",
        arguments: [
            (.slotHold(GatewayV1.SlotHold()), "institution_code"),
            (.slotHold(GatewayV1.SlotHold(institutionCode: "1", scheduleID: "S", patientNumber: "P", lifetimeSeconds: 60)), "payer_class"),
            (
                .slotHold(
                    GatewayV1.SlotHold(
                        institutionCode: "1", scheduleID: "S", patientNumber: "P", payerClass: .insured, lifetimeSeconds: 59)), "lifetime"
            ),
            (
                .slotHold(
                    GatewayV1.SlotHold(
                        institutionCode: "1", scheduleID: "S", patientNumber: "P", payerClass: .insured, lifetimeSeconds: 1_801)),
                "lifetime"
            ),
            (
                .slotHold(GatewayV1.SlotHold(institutionCode: "1", scheduleID: "S", payerClass: .insured, lifetimeSeconds: 60)),
                "patient_number"
            ),
            (.holdRelease(GatewayV1.HoldRelease(institutionCode: "1", holdNumber: "a b")), "hold_number"),
            (.bookingCancellation(GatewayV1.BookingCancellation(institutionCode: "1")), "hold_number"),
            (.clinicSessionStop(GatewayV1.ClinicSessionStop(institutionCode: "1", sessionID: "S1")), "reason"),
            (.bookingRuleEdit(GatewayV1.BookingRuleEdit(institutionCode: "1")), "rule"),
            (.bookingRuleEdit(GatewayV1.BookingRuleEdit(institutionCode: "1", rule: BookingV1.BookingRule(id: "r"))), "rule.kind"),
        ] as [(GatewayV1.Request.Command, String)])
    func wrong(command: GatewayV1.Request.Command, field: String) {
        do throws(DomainError) {
            _ = try HISCommand(GatewayV1.Request(command: command), scheme: .local)
            Issue.record("\(command) was taken")
        } catch {
            #expect(error.field == field)
        }
    }

    @Test("a HIS from before bookings is carried over, with what it sold, and sells on")
    func carriedOver() async throws {
        let directory = try TemporaryDirectory()
        let before = Schema(name: "his", migrations: Array(HISStore.schema.migrations.prefix(4)))
        let old = try SQLiteDatabase(path: directory.file(), schema: before)
        try await old.write { tx in
            for sql in [
                "INSERT INTO institutions VALUES ('4699010001', '县人民医院')", "INSERT INTO departments VALUES ('4699010001', '03', '内科')",
                "INSERT INTO schedules (institution, id, department, quota, booked) VALUES ('4699010001', 'OLD', '03', 2, 1)",
                "INSERT INTO charge_orders (institution, id) VALUES ('4699010001', 'O1')",
                "INSERT INTO charge_items VALUES ('4699010001', 'O1', 1, '血常规', 100)",
            ] { try tx.execute(sql) }
        }
        await old.close()
        let store = try await HISStore.open(path: directory.file(), seed: try ClinicFixture.seed())
        func pay(_ order: String, _ make: (Charge) throws -> HISCommand) async throws -> String {
            let charge = try #require(try HISAdapterConformance.row(1, order: order).command.charge)
            return await store.answer(try ClinicFixture.row(order, try make(charge)))
        }
        let booking: (Charge) throws -> HISCommand = { .bookingFee(try BookingFee(charge: $0, departmentCode: "03", scheduleID: "OLD")) }
        #expect(try await pay("SP1", booking) == "H2611180000001")
        #expect(try await pay("SP2", booking) == "SCHEDULE_FULL")
        #expect(try await pay("SP3") { .outpatientFee(try OutpatientFee(charge: $0, chargeOrderIDs: ["O1"])) } == "H2611180000002")
        #expect(await store.answer(try ClinicFixture.hold("a")) == "L2611180000001")
        await store.close()
    }
}
