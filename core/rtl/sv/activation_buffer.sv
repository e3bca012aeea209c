// The inputs of a layer: written WRITE_WORD values at a time by the stage before, read READ_WORD values at a
// time (the groups of one step). What lies beyond the fan-in reads as zero: the padding of the tail group.
// Reading takes one clock cycle.
//
// A register file, since the two words need not fit each other. With memories in its place, choose rows in
// parallel and lanes * N so that one divides the other.
module activation_buffer #(
    parameter int SIZE = 784,         // values: the fan-in
    parameter int BITS = 8,
    parameter int WRITE_WORD = 16,
    parameter int WRITE_BITS = 6,     // of a write address
    parameter int READ_WORD = 64,
    parameter int READ_BITS = 4       // of a read address
) (
    input  logic                       clk,
    input  logic                       write,
    input  logic [WRITE_BITS-1:0]      write_word,
    input  logic [WRITE_WORD*BITS-1:0] write_values, // the first value in the lowest bits
    input  logic                       read,
    input  logic [READ_BITS-1:0]       read_word,
    output logic [READ_WORD*BITS-1:0]  read_values
);
    logic [BITS-1:0] values [0:SIZE-1];

    always_ff @(posedge clk)
        if (write)
            for (int i = 0; i < WRITE_WORD; i = i + 1)
                if (int'(write_word)*WRITE_WORD + i < SIZE)
                    values[int'(write_word)*WRITE_WORD + i] <= write_values[i*BITS +: BITS];

    always_ff @(posedge clk)
        if (read)
            for (int i = 0; i < READ_WORD; i = i + 1)
                read_values[i*BITS +: BITS] <= int'(read_word)*READ_WORD + i < SIZE
                                                   ? values[int'(read_word)*READ_WORD + i] : '0;
endmodule
