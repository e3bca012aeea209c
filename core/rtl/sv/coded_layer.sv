// A fully-connected layer on packed ternary weights: ROWS_AT_ONCE rows by LANES groups per cycle.
//
//     weights ─► group decoders ─┐
//     (index words)              ├─► processing elements ─► requantize ─► outputs, a row block at a time
//     activation buffer ─────────┘
//
// A weight word holds the indexes of one step: row 0 of the block in the lowest LANES*INDEX_BITS bits, in it
// lane 0 in the lowest. Words of multipliers, offsets and shifts hold one row block, its first row lowest.
// Rows and groups beyond the matrix are index 0 and switched off.
module coded_layer #(
    parameter int N = 8,
    parameter int K = 2,
    parameter int K_MIN = 0,
    parameter int PATTERNS = 129,
    parameter int INDEX_BITS = 8,
    parameter int POSITION_BITS = 3,
    parameter int ROWS = 512,
    parameter int GROUPS = 64,                // per row
    parameter int LANES = 8,
    parameter int ROWS_AT_ONCE = 16,
    parameter int STEPS = 8,
    parameter int BLOCKS = 32,
    parameter int STEP_BITS = 3,
    parameter int BLOCK_BITS = 5,
    parameter int ADDRESS_BITS = 8,
    parameter int ACTIVATION_BITS = 8,
    parameter bit ACTIVATION_SIGNED = 1'b0,
    parameter int ACC_BITS = 20,
    parameter int MULTIPLIER_BITS = 16,
    parameter bit POWERS_OF_TWO = 1'b0,
    parameter int OUTPUT_BITS = 8,
    parameter bit SCORES = 1'b0,
    parameter bit TABLE_IN_LOGIC = 1'b0,
    parameter TABLE_IMAGE = "table.hex",
    parameter WEIGHT_IMAGE = "weights.hex",
    parameter MULTIPLIER_IMAGE = "multipliers.hex",
    parameter OFFSET_IMAGE = "offsets.hex",
    parameter SHIFT_IMAGE = "shifts.hex",
    parameter logic [31:0] TABLE_CHECKSUM = 0,
    parameter logic [31:0] WEIGHT_CHECKSUM = 0,
    parameter logic [31:0] MULTIPLIER_CHECKSUM = 0,
    parameter logic [31:0] OFFSET_CHECKSUM = 0,
    parameter logic [31:0] SHIFT_CHECKSUM = 0
) (
    input  logic                               clk,
    input  logic                               reset,
    input  logic                               start,
    output logic                               read,        // of the activation buffer
    output logic [STEP_BITS-1:0]               read_word,
    input  logic [LANES*N*ACTIVATION_BITS-1:0] activations, // one cycle after `read`
    output logic                               out_valid,
    output logic [BLOCK_BITS-1:0]              out_block,
    output logic [ROWS_AT_ONCE*OUTPUT_BITS-1:0] out_values, // the block's first row in the lowest bits
    output logic                               done,
    output logic                               error        // an index beyond the table was met; until reset
);
    logic                    busy, sums_valid, sums_first;
    logic [ADDRESS_BITS-1:0] address;
    logic [BLOCK_BITS-1:0]   indexes_block, sums_block;
    logic [LANES-1:0]        lane_valid;

    layer_controller #(
        .BLOCKS(BLOCKS), .STEPS(STEPS), .GROUPS(GROUPS), .LANES(LANES), .ADDRESS_BITS(ADDRESS_BITS),
        .STEP_BITS(STEP_BITS), .BLOCK_BITS(BLOCK_BITS)
    ) controller (
        .clk(clk), .reset(reset), .start(start), .busy(busy), .address(address),
        .indexes_valid(read), .indexes_step(read_word), .indexes_block(indexes_block),
        .lane_valid(lane_valid), .sums_valid(sums_valid), .sums_first(sums_first), .sums_block(sums_block),
        .out_valid(out_valid), .out_block(out_block), .done(done)
    );

    // Weights: stage 0 to 1.
    logic [ROWS_AT_ONCE*LANES*INDEX_BITS-1:0] index_word;

    rom #(
        .WIDTH(ROWS_AT_ONCE*LANES*INDEX_BITS), .DEPTH(BLOCKS*STEPS), .ADDRESS_BITS(ADDRESS_BITS),
        .IMAGE(WEIGHT_IMAGE), .CHECKSUM(WEIGHT_CHECKSUM)
    ) weights (
        .clk(clk), .enable(busy), .address(address), .data(index_word)
    );

    // Requantization constants: stage 3 to 4, the shift to 5.
    logic [ROWS_AT_ONCE*MULTIPLIER_BITS-1:0] multiplier_word;
    logic [ROWS_AT_ONCE*64-1:0]              offset_word;
    logic [ROWS_AT_ONCE*6-1:0]               shift_word, shift_delayed;

    rom #(
        .WIDTH(ROWS_AT_ONCE*MULTIPLIER_BITS), .DEPTH(BLOCKS), .ADDRESS_BITS(BLOCK_BITS),
        .IMAGE(MULTIPLIER_IMAGE), .CHECKSUM(MULTIPLIER_CHECKSUM)
    ) multipliers (
        .clk(clk), .enable(sums_valid), .address(sums_block), .data(multiplier_word)
    );
    rom #(
        .WIDTH(ROWS_AT_ONCE*64), .DEPTH(BLOCKS), .ADDRESS_BITS(BLOCK_BITS), .IMAGE(OFFSET_IMAGE),
        .CHECKSUM(OFFSET_CHECKSUM)
    ) offsets (
        .clk(clk), .enable(sums_valid), .address(sums_block), .data(offset_word)
    );
    rom #(
        .WIDTH(ROWS_AT_ONCE*6), .DEPTH(BLOCKS), .ADDRESS_BITS(BLOCK_BITS), .IMAGE(SHIFT_IMAGE),
        .CHECKSUM(SHIFT_CHECKSUM)
    ) shifts (
        .clk(clk), .enable(sums_valid), .address(sums_block), .data(shift_word)
    );

    always_ff @(posedge clk)
        shift_delayed <= shift_word;

    // Rows: decoders (stage 1 to 2), processing element (2 to 4), requantization (4 to 6).
    logic [ROWS_AT_ONCE*LANES-1:0] illegal;

    generate
        for (genvar row = 0; row < ROWS_AT_ONCE; row = row + 1) begin : rows
            logic [LANES*K-1:0]               nonzero, negative;
            logic [LANES*K*POSITION_BITS-1:0] position;
            logic signed [ACC_BITS-1:0]       accumulator;

            wire row_valid = int'(indexes_block)*ROWS_AT_ONCE + row < ROWS;

            for (genvar lane = 0; lane < LANES; lane = lane + 1) begin : lanes
                group_decoder #(
                    .N(N), .K(K), .K_MIN(K_MIN), .PATTERNS(PATTERNS), .INDEX_BITS(INDEX_BITS),
                    .POSITION_BITS(POSITION_BITS), .TABLE_IN_LOGIC(TABLE_IN_LOGIC), .TABLE_IMAGE(TABLE_IMAGE),
                    .TABLE_CHECKSUM(TABLE_CHECKSUM), .TABLE_CHECKED(row == 0 && lane == 0)
                ) decoder (
                    .clk(clk), .valid(row_valid && lane_valid[lane]),
                    .index(index_word[(row*LANES + lane)*INDEX_BITS +: INDEX_BITS]),
                    .nonzero(nonzero[lane*K +: K]), .negative(negative[lane*K +: K]),
                    .position(position[lane*K*POSITION_BITS +: K*POSITION_BITS]),
                    .illegal(illegal[row*LANES + lane])
                );
            end

            processing_element #(
                .N(N), .K(K), .POSITION_BITS(POSITION_BITS), .LANES(LANES), .ACTIVATION_BITS(ACTIVATION_BITS),
                .ACTIVATION_SIGNED(ACTIVATION_SIGNED), .ACC_BITS(ACC_BITS)
            ) element (
                .clk(clk), .nonzero(nonzero), .negative(negative), .position(position),
                .activations(activations), .valid(sums_valid), .first(sums_first), .accumulator(accumulator)
            );

            requantize #(
                .ACC_BITS(ACC_BITS), .MULTIPLIER_BITS(MULTIPLIER_BITS), .OUTPUT_BITS(OUTPUT_BITS),
                .POWERS_OF_TWO(POWERS_OF_TWO),
                .SCORES(SCORES)
            ) requantization (
                .clk(clk), .accumulator(accumulator),
                .multiplier(multiplier_word[row*MULTIPLIER_BITS +: MULTIPLIER_BITS]),
                .offset(offset_word[row*64 +: 64]), .shift(shift_delayed[row*6 +: 6]),
                .value(out_values[row*OUTPUT_BITS +: OUTPUT_BITS])
            );
        end
    endgenerate

    always_ff @(posedge clk)
        if (reset)
            error <= 1'b0;
        else if (|illegal)
            error <= 1'b1;
endmodule
