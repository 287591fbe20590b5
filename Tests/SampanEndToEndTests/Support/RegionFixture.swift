import Foundation
import SampanHarness
import StoreTestSupport

/// Lays a region out, starts it, and ends it and its folder whatever happens. On a failure the last lines of every log are printed.
func withRegion<T>(
    workers: Int = 2, day: [DayRequest] = [], options: RegionOptions = RegionOptions(), starts: Bool = true,
    _ body: (Region) async throws -> T
) async throws -> T {
    let scratch = try TemporaryDirectory()
    // It removes itself with its last use, which is not the last use of the folder.
    defer { withExtendedLifetime(scratch) {} }
    let region = try Region(
        directory: scratch.file("region"), programs: try Programs.folder(), workers: workers, faults: day.isEmpty ? nil : day.faultPlan,
        options: options)
    do {
        if starts { try await region.start() }
        let result = try await body(region)
        await region.stop()
        return result
    } catch {
        await region.stop()
        for part in ["channel", "gateway", "ferry"] {
            let lines = (try? String(contentsOfFile: "\(region.directory)/\(part).log", encoding: .utf8))?.split(separator: "\n") ?? []
            for line in lines.suffix(5) { print("\(part): \(line)") }
        }
        throw error
    }
}
