import SampanAPI
import SampanHarness
import SampanStorage
import Testing

extension EndToEnd {
    @Suite("Canary: the harness notices")
    struct CanaryTests {
        @Test("GW-08: a HIS that forgets its inbox posts twice, and the books say so")
        func doubleCharge() async throws {
            let day = [try dayRequest("A", .ok), try dayRequest("B", .ok)]
            try await withRegion(workers: 1, day: day) { region in
                let player = try DayPlayer(region)
                let results = try await player.play(day, concurrency: 2)
                await player.close()
                await region.stop()
                let before = DayReport(day, results, try await DayBooks.read(region), workers: 1)
                #expect(before.faults.isEmpty, "\(before.faults)")

                try await Self.forgetInbox(region)
                try await Self.reopenRow(region)
                try await region.start()
                let last = try await Hospital.at(region) { try await $0.outcome(ofRow: 0) }
                #expect(last?.state == .posted)
                await region.stop()
                try await Self.edit(region.hisDatabase, "his", Self.hisSteps) { tx in
                    try tx.execute("UPDATE receipts SET out_trade_no = upper(out_trade_no)")
                }
                let after = DayReport(day, results, try await DayBooks.read(region), workers: 1)
                #expect(after.faults.contains { $0.contains("has 2 HIS charges, not 1") }, "\(after.faults)")
            }
        }

        @Test("RF-02: a refund too many, and a charge that nobody asked for, are noticed")
        func strangers() async throws {
            let day = [try dayRequest("A", .ok), try dayRequest("R", .reject)]
            try await withRegion(workers: 1, day: day) { region in
                let player = try DayPlayer(region)
                let results = try await player.play(day, concurrency: 2)
                await player.close()
                await region.stop()
                try await Self.edit(region.channelDatabase, "channel-simulator", ["orders, refunds, notifications"]) { tx in
                    try tx.execute("INSERT INTO refunds VALUES ('RX', 'A', 1500, '', 'X1', 1, 1, 1)")
                }
                let report = DayReport(day, results, try await DayBooks.read(region), workers: 1)
                #expect(report.faults.contains("A has 1 refunds at the channel, not 0"), "\(report.faults)")
                #expect(report.faults.contains("the channel gave back 3000 fen, the platform says 1500"), "\(report.faults)")
                let stranger = DayReport([day[1]], results.filter { $0.request == day[1] }, try await DayBooks.read(region), workers: 1)
                #expect(stranger.faults.contains { $0.contains("which nobody asked for") })
            }
        }

        private static let hisSteps = [
            "master data", "business data", "ferry inbox", "ferry fences", "unreadable rows", "booking", "fees",
        ]

        /// Takes away both walls of the HIS: the inbox, and the rule that an order number is charged once.
        private static func forgetInbox(_ region: Region) async throws {
            try await edit(region.hisDatabase, "his", hisSteps) { tx in
                for statement in [
                    "DROP TRIGGER inbox_kept", "DELETE FROM inbox", "DELETE FROM bookings", "CREATE TABLE kept AS SELECT * FROM receipts",
                    "DROP TABLE receipts",
                    """
                    CREATE TABLE receipts (
                        receipt_no TEXT PRIMARY KEY, institution TEXT, out_trade_no TEXT, business TEXT, amount_fen BIGINT, channel TEXT,
                        channel_transaction_id TEXT, patient_number TEXT, paid_at BIGINT, posted_at BIGINT, operator_id TEXT,
                        settlement_mark TEXT)
                    """,
                    "INSERT INTO receipts SELECT * FROM kept", "DROP TABLE kept",
                    // HISRules looks an order number up under the name it was charged by.
                    "UPDATE receipts SET out_trade_no = lower(out_trade_no)",
                ] { try tx.execute(statement) }
            }
        }

        /// What a gateway that was restored from an old copy would do: it hands a row out again that was done.
        private static func reopenRow(_ region: Region) async throws {
            try await edit(region.requestDatabase, "requests", ["request rows", "traces", "history", "sealing"]) { tx in
                try tx.execute("DROP TRIGGER requests_final")
                let changed = try tx.execute(
                    "UPDATE requests SET state = 0, receipt = NULL, decided_at = NULL, finished_at = NULL WHERE seq = 0")
                // Rows become history after a minute or in lots, and this is neither.
                guard changed == 1 else { throw StorageError(kind: .misuse, message: "row 0 is history already") }
            }
        }

        /// Writes into a file behind its owner's back. The steps are those of the owner's schema, so none is applied.
        private static func edit(
            _ path: String, _ schema: String, _ steps: [String], _ body: @escaping @Sendable (borrowing Transaction) throws -> Void
        ) async throws {
            let database = try SQLiteDatabase(path: path, schema: Schema(name: schema, migrations: steps.map { Migration($0, "") }))
            do {
                try await database.write { tx in try body(tx) }
            } catch {
                await database.close()
                throw error
            }
            await database.close()
        }
    }
}
