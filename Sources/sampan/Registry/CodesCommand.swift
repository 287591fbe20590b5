import ArgumentParser

struct CodesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codes",
        abstract: "The region's code systems (统一编码), and what institutions' own codes mean.",
        discussion: """
            Asked of the platform node. A table is published whole, as a new version; --as-of shows what was in force at a moment.

            EXAMPLES
              sampan codes list platform:7440
              sampan codes import platform:7440 GBT2260 gbt2260_provinces.csv gbt2260_cities.csv gbt2260_areas.csv --label 2023
              sampan codes show platform:7440 GBT2260 --parent 110000
              sampan codes map platform:7440 DEPARTMENT local.csv
              sampan codes unmapped platform:7440 DEPARTMENT
            """,
        subcommands: [
            CodesList.self, CodesShow.self, CodesImport.self, CodesExport.self, CodesMap.self, CodesUnmapped.self,
        ])
}
