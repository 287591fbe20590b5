import SampanAPI
import SampanHarness
import Testing

extension EndToEnd {
    @Suite("Wake-up of an idle worker")
    struct WakeTests {
        /// A tick of 60 s and a limit of 20 s for each wait: only the wake path can be in time.
        @Test("GW-05: with the tick out of the way an idle worker is woken", arguments: [1, 5])
        func woken(workers: Int) async throws {
            var options = RegionOptions()
            options.ferryPollMilliseconds = 60_000
            try await withRegion(workers: workers, options: options) { region in
                try await Hospital.at(region) { hospital in
                    for index in 0..<12 {
                        let seq = try #require(try await hospital.submit(hospital.row("W\(index)"))?.seq)
                        #expect(seq == UInt64(index))
                        #expect(try await hospital.outcome(ofRow: seq)?.state == .posted)
                    }
                }
            }
        }

        @Test("GW-05: without the wake-up the tick alone finds the rows")
        func polled() async throws {
            var options = RegionOptions()
            options.wakes = false
            options.ferryPollMilliseconds = 100
            try await withRegion(workers: 2, options: options) { region in
                try await Hospital.at(region) { hospital in
                    for index in 0..<4 {
                        let seq = try #require(try await hospital.submit(hospital.row("P\(index)"))?.seq)
                        #expect(try await hospital.outcome(ofRow: seq)?.state == .posted)
                    }
                }
            }
        }
    }
}
